using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;

namespace CdpPipeline.Grains.Interfaces.Storage;

/// <summary>
/// The log of every identity, with the indexes that are kept in the same transaction (identifiers, memberships,
/// merge pointers, due times). Safe for concurrent use. A store that is away surfaces as <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IEventLog
{
    /// <summary>A dense key never given before, also by other processes. Keys may be skipped.</summary>
    ValueTask<long> NewKeyAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Group commit: returns once the append is durable (fsync), or with the reason why it is not stored. Waits while the queue is
    /// full. When the store fails midway, so that the outcome is unknown, throws <see cref="StoreUnavailableException"/>: the caller
    /// forgets its memory and loads again.
    /// </summary>
    Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken);

    /// <summary>The component by its public id, or null when there is none.</summary>
    Task<StoredComponent?> LoadAsync(IdentityId id, CancellationToken cancellationToken);

    /// <summary>Components by key, in no particular order; memberships and due are left out.</summary>
    Task<IReadOnlyList<StoredComponent>> LoadAsync(IReadOnlyList<long> keys, CancellationToken cancellationToken);

    /// <summary>Runs reads of many people on one consistent view of the store, for as long as the work lasts.</summary>
    Task<T> ReadManyAsync<T>(Func<IBulkReader, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>Keeps a snapshot unless a newer one is there. Written behind the log: losing one costs only time.</summary>
    Task SaveSnapshotAsync(long key, long seq, ReadOnlyMemory<byte> snapshot, CancellationToken cancellationToken);

    /// <summary>All entries of a component after a seq, ascending, in bounded memory.</summary>
    IAsyncEnumerable<LogEntry> ReadAsync(long key, long afterSeq, CancellationToken cancellationToken);

    /// <summary>
    /// One page of the components' events together, newest or oldest first by (timestamp, receivedAt, component, seq). Costs about the same
    /// anywhere in a timeline of any length.
    /// </summary>
    Task<IReadOnlyList<StoredEvent>> ReadTimelineAsync(IReadOnlyList<long> keys, TimelineQuery query, CancellationToken cancellationToken);

    /// <summary>A component's blocks of messageId fingerprints, ascending from a number on, at most <paramref name="count"/>.</summary>
    Task<IReadOnlyList<MessageBlock>> ReadMessageBlocksAsync(long key, int from, int count, CancellationToken cancellationToken);

    /// <summary>
    /// The messageIds of these events, in no particular order; those that are not there, or have none, are left out. Of an event that was removed because of
    /// its age only the fingerprint is there.
    /// </summary>
    Task<IReadOnlyList<StoredMessage>> ReadMessagesAsync(IReadOnlyList<EventId> events, CancellationToken cancellationToken);
}

/// <summary>
/// Which part of a timeline is wanted, newest first unless said otherwise. <see cref="From"/> and <see cref="To"/> are inclusive, <see cref="Before"/>
/// and <see cref="After"/> are exclusive.
/// </summary>
public sealed record TimelineQuery(int Limit)
{
    public TimelinePosition? Before { get; init; }

    public TimelinePosition? After { get; init; }

    public bool IsOldestFirst { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    public string? Name { get; init; }
}

/// <summary>An event's place in a timeline: the keyset of its paging, ascending in this order of fields.</summary>
public readonly record struct TimelinePosition(DateTimeOffset Timestamp, DateTimeOffset ReceivedAt, long Component, long Seq) : IComparable<TimelinePosition>
{
    public static TimelinePosition Of(StoredEvent stored) => new(stored.Event.Timestamp, stored.Event.ReceivedAt, stored.Id.Component, stored.Id.Seq);

    public int CompareTo(TimelinePosition other) =>
        (Timestamp, ReceivedAt, Component, Seq).CompareTo((other.Timestamp, other.ReceivedAt, other.Component, other.Seq));
}

/// <summary>The messageId of an event in the log; null where only its fingerprint is kept (<see cref="Expired"/>).</summary>
public sealed record StoredMessage(EventId Event, string? MessageId, long Fingerprint)
{
    public StoredMessage(EventId @event, string messageId)
        : this(@event, messageId, MessageHash.Of(messageId))
    {
    }

    /// <summary>Whether an event with this messageId is the same. Where only the fingerprint is kept, it decides.</summary>
    public bool IsOf(string messageId) => MessageId is null ? MessageHash.Of(messageId) == Fingerprint : MessageId == messageId;
}
