using System.Text.Json;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Log;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Rows;

/// <summary>One row of the event table, the same in both stores. Times are microseconds since 1970.</summary>
internal readonly record struct LogRow
{
    /// <summary>The kind of a row that is a change; below it are the numbers of <see cref="EventType"/>.</summary>
    public const short ChangeKind = 100;

    /// <summary>
    /// The kind of a row that stands where an event was. Not one of the changes that whoever judges people always reads; where identifiers came by the
    /// event, its <see cref="Claimed"/> is not 0.
    /// </summary>
    public const short ExpiredKind = 101;

    /// <summary>The columns in the order in which both stores write and read them.</summary>
    public const string Columns = "identity, seq, kind, at, received, late, claimed, name, source, message_id, identifiers, properties, context";

    public const int ColumnCount = 13;

    // One bit each in a 32-bit signed column.
    private const int IdentifiersMax = 31;

    public long Identity { get; init; }

    public long Seq { get; init; }

    public short Kind { get; init; }

    public long At { get; init; }

    public long Received { get; init; }

    public bool Late { get; init; }

    public int Claimed { get; init; }

    public string? Name { get; init; }

    public string? Source { get; init; }

    public string? MessageId { get; init; }

    public string? Identifiers { get; init; }

    public ReadOnlyMemory<byte> Properties { get; init; }

    public ReadOnlyMemory<byte> Context { get; init; }

    public static LogRow Of(LogEntry entry) => entry switch
    {
        EventEntry { Event: var e } stored => new LogRow
        {
            Identity = entry.Component,
            Seq = entry.Seq,
            Kind = (short)e.Type,
            At = e.Timestamp.ToMicros(),
            Received = e.ReceivedAt.ToMicros(),
            Late = stored.IsLate,
            Claimed = MaskOf(e.Identifiers, stored.Claimed),
            Name = e.Name,
            Source = e.Source,
            MessageId = e.MessageId,
            Identifiers = IdentifierList.Encode(e.Identifiers),
            Properties = e.Properties,
            Context = e.Context,
        },
        ChangeEntry { Change: var change } => new LogRow
        {
            Identity = entry.Component,
            Seq = entry.Seq,
            Kind = change is Expired ? ExpiredKind : ChangeKind,
            At = entry.At.ToMicros(),
            Received = entry.At.ToMicros(),
            Claimed = change is Expired { Claimed.Count: > 0 } ? 1 : 0,
            Properties = JsonSerializer.SerializeToUtf8Bytes(change, ChangeJson.Default.Change),
        },
        _ => throw new ArgumentException($"A log entry of type {entry.GetType().Name} can't be stored.", nameof(entry)),
    };

    public LogEntry ToEntry()
    {
        if (Kind >= ChangeKind) return new ChangeEntry(Identity, Seq, Instants.FromMicros(At), ToChange(Properties));

        var e = ToEvent();
        return new EventEntry(Identity, Seq, e) { IsLate = Late, Claimed = ClaimedOf(e.Identifiers) };
    }

    /// <summary>The messageId of an event, or what is kept of it; null where there is none. The row has kind, messageId and properties.</summary>
    public static StoredMessage? MessageOf(EventId id, short kind, string? messageId, ReadOnlyMemory<byte> properties) => kind switch
    {
        ExpiredKind => ToChange(properties) is Expired { Message: { } fingerprint } ? new StoredMessage(id, null, fingerprint) : null,
        _ => messageId is null ? null : new StoredMessage(id, messageId),
    };

    public StoredEvent ToStoredEvent() => new(new EventId(Identity, Seq), ToEvent());

    private static Change ToChange(ReadOnlyMemory<byte> json) => JsonSerializer.Deserialize(json.Span, ChangeJson.Default.Change)!;

    private Event ToEvent() => new()
    {
        Type = (EventType)Kind,
        Name = Name,
        Identifiers = IdentifierList.Decode(Identifiers ?? string.Empty),
        MessageId = MessageId,
        Timestamp = Instants.FromMicros(At),
        ReceivedAt = Instants.FromMicros(Received),
        Source = Source ?? string.Empty,
        Properties = Properties,
        Context = Context,
        PreviousId = Kind == (short)EventType.Alias ? PreviousIdOf(Properties) : null,
    };

    private static string? PreviousIdOf(ReadOnlyMemory<byte> properties)
    {
        if (properties.IsEmpty) return null;
        using var json = JsonDocument.Parse(properties);
        return json.RootElement.TryGetProperty("previousId", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    private static int MaskOf(IReadOnlyList<Identifier> identifiers, IReadOnlyList<Identifier> claimed)
    {
        if (claimed.Count == 0) return 0;
        if (identifiers.Count > IdentifiersMax) throw new ArgumentException($"An event has {identifiers.Count} identifiers; at most {IdentifiersMax} can be stored.", nameof(identifiers));
        var mask = 0;
        for (var i = 0; i < identifiers.Count; i++) mask |= claimed.Contains(identifiers[i]) ? 1 << i : 0;
        return mask;
    }

    private Identifier[] ClaimedOf(IReadOnlyList<Identifier> identifiers)
    {
        if (Claimed == 0) return [];
        var claimed = new List<Identifier>();
        for (var i = 0; i < identifiers.Count; i++) if ((Claimed & (1 << i)) != 0) claimed.Add(identifiers[i]);
        return [.. claimed];
    }
}
