using System.Collections.Immutable;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Identities;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Bulk;

/// <summary>
/// Makes components of what a page of roots has in the store: folds tails onto snapshots, follows whom they absorbed, and reads again what
/// snapshots do not know yet. What fails for one person fails for her alone.
/// </summary>
internal sealed class BulkWork(IBulkReader reader, ComponentFold fold, SegmentCatalog catalog, EntryFilter filter, DateTimeOffset now, IReadOnlyList<StoredComponent> roots)
{
    private readonly Dictionary<long, List<Component>> people = [];
    private readonly Dictionary<long, Exception> failures = [];

    // Whose snapshot can't be read any more, with the root they belong to.
    private readonly Dictionary<long, long> unread = [];

    /// <summary>Why a root is not there; null when she is.</summary>
    public Exception? FailureOf(long root) => failures.GetValueOrDefault(root);

    /// <summary>Her own component first, then those absorbed, in the order of the tree.</summary>
    public ImmutableArray<Component> ComponentsOf(long root) => [.. people[root]];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var rootOf = roots.ToDictionary(root => root.Key, root => root.Key);
        for (var wave = roots; wave.Count > 0; wave = await reader.LoadAsync(rootOf.Keys, filter, cancellationToken))
        {
            var restored = wave.Select(stored => (Root: rootOf[stored.Key], Component: Restore(rootOf[stored.Key], stored))).ToList();
            await ReadUnreadAsync(restored, cancellationToken);
            rootOf = [];
            foreach (var (root, component) in restored)
            {
                if (component is null || failures.ContainsKey(root)) continue;
                if (!people.TryGetValue(root, out var components)) people.Add(root, components = []);
                components.Add(component);
                foreach (var merge in component.Merges)
                {
                    if (merge.UndoneAt is null) rootOf[merge.MergedKey] = root;
                }
            }

            if (rootOf.Count == 0) break;
        }

        await CatchUpAsync(cancellationToken);
    }

    private Component? Restore(long root, StoredComponent stored)
    {
        try
        {
            var component = Empty(stored);
            if (stored.SnapshotSeq > 0)
            {
                if (SnapshotCodec.Read(component, stored.Snapshot) is not { } snapshot)
                {
                    unread[stored.Key] = root;
                    return component;
                }

                component = snapshot;
            }

            for (var i = 0; i < stored.Tail.Count; i++) component = fold.Apply(component, stored.Tail[i], catalog);
            return component;
        }
        catch (Exception exception)
        {
            failures[root] = exception;
            return null;
        }
    }

    private Component Empty(StoredComponent stored) => new(stored.Key, stored.Id, stored.CreatedAt) { Windows = WindowSet.Empty(catalog.HighestCondition) };

    private async Task ReadUnreadAsync(List<(long Root, Component? Component)> restored, CancellationToken cancellationToken)
    {
        if (unread.Count == 0) return;
        var places = new Dictionary<long, int>();
        for (var i = 0; i < restored.Count; i++)
        {
            if (restored[i].Component is { } component && unread.ContainsKey(component.Key)) places.Add(component.Key, i);
        }

        unread.Clear();
        await reader.ReadEntriesAsync(
            places.Keys,
            filter,
            entry => Take(restored[places[entry.Component]].Root, () =>
            {
                var (root, component) = restored[places[entry.Component]];
                restored[places[entry.Component]] = (root, fold.Apply(component!, entry, catalog));
            }),
            cancellationToken);
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
