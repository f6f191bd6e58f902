using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Identities;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Bulk;

/// <summary>
/// Components that are read together: their tails are folded onto their snapshots entry by entry, as the store hands them over, so that nothing of the
/// tails is kept. Whose snapshot cannot be read any more, or whose entries come out of order, is folded from the beginning of the log.
/// </summary>
internal sealed class BulkWave(ComponentFold fold, SegmentCatalog catalog, IReadOnlyList<StoredComponent> stored)
{
    private readonly Component[] components = new Component[stored.Count];
    private readonly Dictionary<long, int> places = new(stored.Count);
    private readonly Dictionary<int, Exception> failures = [];
    private readonly HashSet<int> again = [];

    /// <summary>Why a component (by its place among the stored ones) could not be folded; null when it was.</summary>
    public Exception? FailureOf(int place) => failures.GetValueOrDefault(place);

    public Component ComponentOf(int place) => components[place];

    public async Task ReadAsync(IBulkReader reader, EntryFilter filter, CancellationToken cancellationToken)
    {
        for (var i = 0; i < stored.Count; i++)
        {
            places.Add(stored[i].Key, i);
            Restore(i);
        }

        IReadOnlyList<StoredComponent> restored = again.Count == 0 ? stored : [.. stored.Where((_, i) => !again.Contains(i))];
        await reader.ReadTailsAsync(restored, filter, TakeOfTail, cancellationToken);
        if (again.Count == 0) return;
        foreach (var i in again) components[i] = Empty(i);
        await reader.ReadEntriesAsync([.. again.Select(i => stored[i].Key)], filter, entry => Take(places[entry.Component], entry), cancellationToken);
    }

    private void Restore(int place)
    {
        components[place] = Empty(place);
        if (stored[place].SnapshotSeq == 0) return;
        try
        {
            if (SnapshotCodec.Read(components[place], stored[place].Snapshot) is { } snapshot) components[place] = snapshot;
            else again.Add(place);
        }
        catch (Exception exception)
        {
            failures[place] = exception;
        }
    }

    private void TakeOfTail(LogEntry entry)
    {
        var place = places[entry.Component];
        if (entry.Seq <= components[place].Seq) again.Add(place);
        if (!again.Contains(place)) Take(place, entry);
    }

    private void Take(int place, LogEntry entry)
    {
        if (failures.ContainsKey(place)) return;
        try
        {
            components[place] = fold.Apply(components[place], entry, catalog);
        }
        catch (Exception exception)
        {
            failures[place] = exception;
        }
    }

    private Component Empty(int place) =>
        new(stored[place].Key, stored[place].Id, stored[place].CreatedAt) { Windows = WindowSet.Empty(catalog.HighestCondition) };
}
