using System.Text;
using System.Text.Json;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Log;

namespace CdpPipeline.Storage.Tests;

/// <summary>Log entries as text with every field, so that two can be compared.</summary>
internal static class Written
{
    public static string Out(LogEntry entry) => entry switch
    {
        EventEntry e => $"{e.Component}/{e.Seq} {e.At:O} late={e.IsLate} claimed={string.Join(',', e.Claimed)} {Out(e.Event)}",
        ChangeEntry c => $"{c.Component}/{c.Seq} {c.At:O} {JsonSerializer.Serialize(c.Change)}",
        _ => throw new ArgumentOutOfRangeException(nameof(entry)),
    };

    public static string Out(StoredEvent stored) => $"{stored.Id} {Out(stored.Event)}";

    private static string Out(Event e) =>
        $"{e.Type} {e.Name} {IdentifierList.Encode(e.Identifiers)} {e.MessageId} {e.Timestamp:O} {e.ReceivedAt:O} {e.Source} {e.PreviousId} {Text(e.Properties)} {Text(e.Context)}";

    private static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);
}
