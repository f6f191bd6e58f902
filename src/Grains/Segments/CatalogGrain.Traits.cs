using CdpPipeline.Domain.ComputedTraits;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Grains.Segments;

/// <summary>Saves and deletes computed traits.</summary>
public sealed partial class CatalogGrain
{
    public async Task<IReadOnlyList<ComputedTraitRecord>> ListTraitsAsync(CancellationToken cancellationToken)
    {
        var current = await CatalogAsync(cancellationToken);
        return [.. current.Traits.Values.Select(entry => WithState(current, entry.Record)).OrderBy(record => record.Trait.Name, StringComparer.Ordinal)];
    }

    public async Task<ComputedTraitRecord?> GetTraitAsync(ComputedTraitId id, CancellationToken cancellationToken)
    {
        var current = await CatalogAsync(cancellationToken);
        return current.Traits.TryGetValue(id, out var entry) ? WithState(current, entry.Record) : null;
    }

    public async Task<SaveTraitAnswer> SaveTraitAsync(SaveTrait request, CancellationToken cancellationToken)
    {
        var before = await CatalogAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var id = request.Id ?? new ComputedTraitId(Guid.CreateVersion7(now));
        var known = before.Traits.GetValueOrDefault(id)?.Record;
        if (request.Id is not null && known is null) return new SaveTraitAnswer(null, null);
        if (before.Traits.Values.Any(entry => entry.Record.Id != id && entry.Record.Trait.Name == request.Trait.Name)) return new SaveTraitAnswer(null, TraitRefusal.NameTaken);
        if (known is null && before.Traits.Count >= ComputedTraitLimits.TraitsMax) return new SaveTraitAnswer(null, TraitRefusal.TooMany);
        if (known is not null && known.Trait.Name != request.Trait.Name && UsedBy(before, known.Trait.Name) is { } user)
            return new SaveTraitAnswer(null, TraitRefusal.InUse) { UsedBy = user };

        var record = new ComputedTraitRecord(id, request.Trait, request.Description, known?.CreatedAt ?? now, now);
        var definitions = before.Segments.ToDictionary(pair => pair.Key, pair => pair.Value.Record.Definition);
        var readers = known?.Trait == request.Trait ? [] : TraitReaders.Of(request.Trait.Name, definitions);
        catalog = await WrittenAsync(store.SaveTraitAsync(before, record, readers, CancellationToken.None));
        Publish(catalog);
        if (readers.Count > 0) backfill.Request(catalog.Version);
        return new SaveTraitAnswer(WithState(catalog, record), null);
    }

    public async Task<DeleteTraitAnswer> DeleteTraitAsync(ComputedTraitId id, CancellationToken cancellationToken)
    {
        var before = await CatalogAsync(cancellationToken);
        if (!before.Traits.TryGetValue(id, out var known)) return new DeleteTraitAnswer(false, null);
        if (UsedBy(before, known.Record.Trait.Name) is { } user) return new DeleteTraitAnswer(false, user);

        // Not to be cancelled halfway: people would go on having what is gone.
        catalog = await WrittenAsync(store.DeleteTraitAsync(before, id, CancellationToken.None));
        Publish(catalog);
        return new DeleteTraitAnswer(true, null);
    }

    private static SegmentRecord? UsedBy(Catalog current, string name) =>
        current.Segments.Values.Select(entry => entry.Record).OrderBy(record => record.CreatedAt).FirstOrDefault(record => TraitReaders.Reads(record.Definition, name));

    private static ComputedTraitRecord WithState(Catalog current, ComputedTraitRecord record)
    {
        var definitions = current.Segments.ToDictionary(pair => pair.Key, pair => pair.Value.Record.Definition);
        return record with { IsLive = TraitReaders.Of(record.Trait.Name, definitions).All(reader => current.Segments[reader].Record.IsLive) };
    }
}
