using System.Text.Json;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Api.Segments;

/// <summary>Writes segments as the API shows them.</summary>
internal static class SegmentJson
{
    public static void WriteList(Utf8JsonWriter json, IReadOnlyList<(SegmentRecord Record, long Count)> segments)
    {
        json.WriteStartArray("segments"u8);
        foreach (var (record, count) in segments)
        {
            json.WriteStartObject();
            WriteMembers(json, record, count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>One segment with its definition in all spellings that apply, and in plain English.</summary>
    public static void Write(Utf8JsonWriter json, (SegmentRecord Record, long Count, Func<SegmentId, string?> NameOf) segment)
    {
        WriteMembers(json, segment.Record, segment.Count);
        json.WriteInstant("createdAt"u8, segment.Record.CreatedAt);
        json.WritePropertyName("filter"u8);
        FilterWriter.Write(json, segment.Record.Definition);
        json.WriteString("where"u8, WhereWriter.Text(segment.Record.Definition));
        json.WriteString("sentence"u8, SegmentSentence.Of(segment.Record.Definition, segment.NameOf));
        if (!DefinitionWriter.CanWrite(segment.Record.Definition)) return;
        json.WritePropertyName("definition"u8);
        DefinitionWriter.TryWrite(json, segment.Record.Definition);
    }

    public static void WriteAudit(Utf8JsonWriter json, SegmentAudit audit)
    {
        json.WriteString("segmentId"u8, audit.Segment.Value);
        json.WriteNumber("counter"u8, audit.Counter);
        json.WriteNumber("rows"u8, audit.Rows);
        WritePositions(json, "positions"u8, audit.Positions);
        WritePositions(json, "counterPositions"u8, audit.CounterPositions);
    }

    private static void WritePositions(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyDictionary<int, long> positions)
    {
        json.WriteStartObject(name);
        foreach (var (writer, commit) in positions) json.WriteNumber(writer.ToString(System.Globalization.CultureInfo.InvariantCulture), commit);
        json.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter json, SegmentRecord record, long count)
    {
        json.WriteString("id"u8, record.Id.Value);
        json.WriteString("name"u8, record.Name);
        json.WriteString("description"u8, record.Description);
        json.WriteNumber("memberCount"u8, count);
        json.WriteString("status"u8, record.IsLive ? "live"u8 : "backfilling"u8);
        json.WriteNumber("progress"u8, Math.Round(record.Progress, 4));
        json.WriteInstant("updatedAt"u8, record.UpdatedAt);
    }
}
