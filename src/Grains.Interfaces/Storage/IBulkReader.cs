using CdpPipeline.Domain.Log;

namespace CdpPipeline.Grains.Interfaces.Storage;

/// <summary>
/// Reads many people in few queries, all on one consistent view of the store. Not for concurrent use, and only as long as the call of
/// <see cref="IEventLog.ReadManyAsync"/> that handed it out.
/// </summary>
public interface IBulkReader
{
    /// <summary>Identities that are not merged, in ascending key order after <paramref name="afterKey"/>, with memberships and due, without tails.</summary>
    Task<IReadOnlyList<StoredComponent>> RootsAsync(long afterKey, int limit, CancellationToken cancellationToken);

    /// <summary>Components by key, merged ones too, in ascending key order; otherwise as <see cref="RootsAsync"/>.</summary>
    Task<IReadOnlyList<StoredComponent>> LoadAsync(IReadOnlyCollection<long> keys, CancellationToken cancellationToken);

    /// <summary>
    /// Hands over the wanted entries that lie behind these components' snapshots (as <see cref="LoadAsync"/> found them), in the order in which the store
    /// finds them: within a component nearly always, but not surely, by ascending seq. They are not collected.
    /// </summary>
    Task ReadTailsAsync(IReadOnlyList<StoredComponent> components, EntryFilter filter, Action<LogEntry> take, CancellationToken cancellationToken);

    /// <summary>The last place taken in the log of each of these components, whatever entry took it.</summary>
    Task<IReadOnlyDictionary<long, long>> LastSeqsAsync(IReadOnlyCollection<long> keys, CancellationToken cancellationToken);

    /// <summary>
    /// Hands over the wanted entries of these components from the start of their logs, by ascending seq within each. They are not collected:
    /// a log of any length takes no memory.
    /// </summary>
    Task ReadEntriesAsync(IReadOnlyCollection<long> keys, EntryFilter filter, Action<LogEntry> take, CancellationToken cancellationToken);

    /// <summary>
    /// Hands over the track, page and screen calls that the filter wants by name, of all components with keys from <paramref name="firstKey"/>
    /// to <paramref name="lastKey"/>, in no particular order.
    /// </summary>
    Task ScanEventsAsync(long firstKey, long lastKey, EntryFilter filter, Action<EventEntry> take, CancellationToken cancellationToken);
}
