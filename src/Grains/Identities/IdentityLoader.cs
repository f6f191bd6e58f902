using System.Collections.Immutable;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Identities;

/// <summary>Brings identities back from the store: newest snapshot plus the log's tail, for every component they speak for.</summary>
internal sealed class IdentityLoader(IEventLog log, ComponentFold fold)
{
    public async Task<IdentityMemory> LoadAsync(IdentityId id, SegmentCatalog catalog, CancellationToken cancellationToken)
    {
        if (await log.LoadAsync(id, cancellationToken) is not { } stored) return IdentityMemory.Nobody;
        var own = await RestoreAsync(stored, catalog, cancellationToken);
        var components = own.MergedInto is null ? await WithAbsorbedAsync(own, catalog, cancellationToken) : [own];
        return new IdentityMemory(
            new Person(components),
            MembershipState.Restore(stored.Memberships.Select(membership => KeyValuePair.Create(membership.Segment, membership.Since))),
            stored.Due);
    }

    /// <summary>A merged component with all that it speaks for, and its own membership rows; null when it is not there or not merged.</summary>
    public async Task<(ImmutableArray<Component> Components, IReadOnlyList<StoredMembership> Memberships)?> LoadMergedAsync(IdentityId id, SegmentCatalog catalog, CancellationToken cancellationToken)
    {
        if (await log.LoadAsync(id, cancellationToken) is not { } stored) return null;
        var own = await RestoreAsync(stored, catalog, cancellationToken);
        return own.MergedInto is null ? null : (await WithAbsorbedAsync(own, catalog, cancellationToken), stored.Memberships);
    }

    /// <summary>Makes the windows know every condition of the catalog, reading a log again where new conditions ask for it.</summary>
    public ValueTask<Person> CatchUpAsync(Person person, SegmentCatalog catalog, CancellationToken cancellationToken)
    {
        foreach (var component in person.Components)
        {
            if (component.Windows.KnownThrough < catalog.HighestCondition) return new(ReadAgainAsync(person, catalog, cancellationToken));
        }

        return ValueTask.FromResult(person);
    }

    /// <summary>The person with windows that a preview's catalog extends beyond a number, computed from the log.</summary>
    public async Task<Person> ExtendAsync(Person person, SegmentCatalog catalog, int known, CancellationToken cancellationToken)
    {
        foreach (var component in person.Components)
            person = person.With(component with { Windows = await ExtendAsync(component, catalog, known, cancellationToken) });
        return person;
    }

    private async Task<Person> ReadAgainAsync(Person person, SegmentCatalog catalog, CancellationToken cancellationToken)
    {
        foreach (var component in person.Components)
        {
            var known = component.Windows.KnownThrough;
            if (known < catalog.HighestCondition)
                person = person.With(component with { Windows = await ExtendAsync(component, catalog, known, cancellationToken) });
        }

        return person;
    }

    private async Task<WindowSet> ExtendAsync(Component component, SegmentCatalog catalog, int known, CancellationToken cancellationToken)
    {
        var computed = WindowSet.Empty(catalog.HighestCondition);
        if (component.EventCount > 0)
        {
            await foreach (var entry in log.ReadAsync(component.Key, afterSeq: 0, cancellationToken))
            {
                if (entry is EventEntry stored && entry.Seq <= component.Seq) computed = catalog.ObserveFrom(known, computed, stored);
            }
        }

        return catalog.Extend(component.Windows, computed);
    }

    private async Task<ImmutableArray<Component>> WithAbsorbedAsync(Component root, SegmentCatalog catalog, CancellationToken cancellationToken)
    {
        var components = ImmutableArray.Create(root);
        var wanted = AbsorbedBy(root);
        while (wanted.Count > 0)
        {
            var loaded = new List<Component>();
            foreach (var stored in await log.LoadAsync(wanted, cancellationToken)) loaded.Add(await RestoreAsync(stored, catalog, cancellationToken));
            components = components.AddRange(loaded.OrderBy(component => component.Key));
            wanted = [.. loaded.SelectMany(AbsorbedBy)];
        }

        return components;
    }

    private static List<long> AbsorbedBy(Component component) =>
        [.. component.Merges.Where(merge => merge.UndoneAt is null).Select(merge => merge.MergedKey)];

    private async Task<Component> RestoreAsync(StoredComponent stored, SegmentCatalog catalog, CancellationToken cancellationToken)
    {
        var empty = new Component(stored.Key, stored.Id, stored.CreatedAt) { Windows = WindowSet.Empty(catalog.HighestCondition) };
        if (stored.SnapshotSeq == 0) return stored.Tail.Aggregate(empty, (component, entry) => fold.Apply(component, entry, catalog));
        if (SnapshotCodec.Read(empty, stored.Snapshot) is { } snapshot)
            return stored.Tail.Aggregate(snapshot, (component, entry) => fold.Apply(component, entry, catalog));
        await foreach (var entry in log.ReadAsync(stored.Key, afterSeq: 0, cancellationToken)) empty = fold.Apply(empty, entry, catalog);
        return empty;
    }
}
