using CdpPipeline.Domain.ComputedTraits;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Grains.Segments;

/// <summary>Saves and deletes computed traits.</summary>
public sealed partial class CatalogGrain
{
    public Task<IReadOnlyList<ComputedTraitRecord>> ListTraitsAsync(CancellationToken cancellationToken) => DecideAsync<IReadOnlyList<ComputedTraitRecord>>(
        current => Task.FromResult<IReadOnlyList<ComputedTraitRecord>>(
            [.. current.Traits.Values.Select(record => WithState(current, record)).OrderBy(record => record.Trait.Name, StringComparer.Ordinal)]),
        cancellationToken);

    public Task<ComputedTraitRecord?> GetTraitAsync(ComputedTraitId id, CancellationToken cancellationToken) =>
        DecideAsync(current => Task.FromResult(current.Traits.TryGetValue(id, out var record) ? WithState(current, record) : null), cancellationToken);

    public Task<SaveTraitAnswer> SaveTraitAsync(SaveTrait request, CancellationToken cancellationToken) => DecideAsync(
        async before =>
        {
            var now = clock.GetUtcNow();
            var id = request.Id ?? new ComputedTraitId(Guid.CreateVersion7(now));
            var known = before.Traits.GetValueOrDefault(id);
            if (request.Id is not null && known is null) return new SaveTraitAnswer(null, null);
            if (before.Traits.Values.Any(other => other.Id != id && other.Trait.Name == request.Trait.Name)) return new SaveTraitAnswer(null, TraitRefusal.NameTaken);
            if (known is null && before.Traits.Count >= ComputedTraitLimits.TraitsMax) return new SaveTraitAnswer(null, TraitRefusal.TooMany);
            if (known is not null && known.Trait.Name != request.Trait.Name && UsedBy(before, known.Trait.Name) is { } user)
                return new SaveTraitAnswer(null, TraitRefusal.InUse) { UsedBy = user };

            var record = new ComputedTraitRecord(id, request.Trait, request.Description, known?.CreatedAt ?? now, now);
            var readers = known?.Trait == request.Trait ? [] : ReadersOf(before, request.Trait.Name);

            // Not to be cancelled halfway: nobody would be judged by what is saved.
            var saved = await WrittenAsync(store.SaveTraitAsync(before, record, readers, CancellationToken.None));
            if (saved.Wanted is { } wanted && wanted > before.Version) backfill.Request(wanted);
            return new SaveTraitAnswer(WithState(saved, record), null);
        },
        cancellationToken);

    public Task<DeleteTraitAnswer> DeleteTraitAsync(ComputedTraitId id, CancellationToken cancellationToken) => DecideAsync(
        async before =>
        {
            if (!before.Traits.TryGetValue(id, out var known)) return new DeleteTraitAnswer(false, null);
            if (UsedBy(before, known.Trait.Name) is { } user) return new DeleteTraitAnswer(false, user);

            // Not to be cancelled halfway: people would go on having what is gone.
            await WrittenAsync(store.DeleteTraitAsync(before, id, CancellationToken.None));
            return new DeleteTraitAnswer(true, null);
        },
        cancellationToken);

    private static SegmentRecord? UsedBy(Catalog current, string name) => current.Segments.Values
        .Where(entry => TraitReaders.Reads(entry.Record.Definition, name) || TraitReaders.Reads(entry.Shown.Definition, name))
        .Select(entry => entry.Record)
        .MinBy(record => record.CreatedAt);

    private static ComputedTraitRecord WithState(Catalog current, ComputedTraitRecord record) =>
        record with { IsLive = ReadersOf(current, record.Trait.Name).All(reader => current.Segments[reader].IsLive) };

    private static IReadOnlyList<SegmentId> ReadersOf(Catalog current, string name) =>
    [
        .. TraitReaders.Of(name, current.Definitions)
            .Union(TraitReaders.Of(name, current.Segments.ToDictionary(pair => pair.Key, pair => pair.Value.Shown.Definition))),
    ];
}
