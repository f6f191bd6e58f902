using System.Collections.Immutable;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Bulk;

/// <summary>
/// Makes components of what a page of roots has in the store: follows whom they absorbed, and reads again what snapshots do not know yet. What fails
/// for one person fails for her alone.
/// </summary>
internal sealed class BulkWork(IBulkReader reader, ComponentFold fold, SegmentCatalog catalog, EntryFilter filter, DateTimeOffset now, IReadOnlyList<StoredComponent> roots)
{
    private readonly Dictionary<long, List<Component>> people = [];
    private readonly Dictionary<long, Exception> failures = [];

    /// <summary>Why a root is not there; null when she is.</summary>
    public Exception? FailureOf(long root) => failures.GetValueOrDefault(root);

    /// <summary>Her own component first, then those absorbed, in the order of the tree.</summary>
    public ImmutableArray<Component> ComponentsOf(long root) => [.. people[root]];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var rootOf = roots.ToDictionary(root => root.Key, root => root.Key);
        for (var stored = roots; stored.Count > 0; stored = await reader.LoadAsync(rootOf.Keys, cancellationToken))
        {
            var wave = new BulkWave(fold, catalog, stored);
            await wave.ReadAsync(reader, filter, cancellationToken);
            var absorbed = new Dictionary<long, long>();
            for (var i = 0; i < stored.Count; i++)
            {
                var root = rootOf[stored[i].Key];
                if (wave.FailureOf(i) is { } reason) failures.TryAdd(root, reason);
                else Add(root, wave.ComponentOf(i), absorbed);
            }

            rootOf = absorbed;
            if (rootOf.Count == 0) break;
        }

        await CatchUpAsync(cancellationToken);
    }

    private void Add(long root, Component component, Dictionary<long, long> absorbed)
    {
        if (failures.ContainsKey(root)) return;
        if (!people.TryGetValue(root, out var components)) people.Add(root, components = []);
        components.Add(component);
        foreach (var merge in component.Merges)
        {
            if (merge.UndoneAt is null) absorbed[merge.MergedKey] = root;
        }
    }

    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var behind = new Dictionary<long, (long Root, int Known, WindowSet Computed)>();
        foreach (var (root, components) in people)
        {
            foreach (var component in components)
            {
                if (component.Windows.KnownThrough < catalog.HighestCondition)
                    behind.Add(component.Key, (root, component.Windows.KnownThrough, WindowSet.Empty(catalog.HighestCondition)));
            }
        }

        if (behind.Count == 0) return;
        var knownToAll = behind.Values.Min(each => each.Known);
        var wanted = EntryFilters.Events(catalog, number => number > knownToAll, now);
        if (wanted.HasNames)
        {
            await reader.ReadEntriesAsync(
                behind.Keys,
                wanted,
                entry =>
                {
                    if (entry is not EventEntry stored) return;
                    var (root, known, computed) = behind[entry.Component];
                    Take(root, () => behind[entry.Component] = (root, known, catalog.ObserveFrom(known, computed, stored)));
                },
                cancellationToken);
        }

        foreach (var (key, (root, _, computed)) in behind)
        {
            var components = people[root];
            var i = components.FindIndex(component => component.Key == key);
            components[i] = components[i] with { Windows = catalog.Extend(components[i].Windows, computed) };
        }
    }

    private void Take(long root, Action take)
    {
        if (failures.ContainsKey(root)) return;
        try
        {
            take();
        }
        catch (Exception exception)
        {
            failures[root] = exception;
        }
    }
}
