using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Segments;

/// <inheritdoc cref="ICatalogGrain"/>
public sealed partial class CatalogGrain(CatalogStore store, IMembershipIndex memberships, CatalogView view, Backfill backfill, TimeProvider clock) : ICatalogGrain
{
    private Catalog? catalog;

    public async Task<IReadOnlyList<SegmentRecord>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await CatalogAsync(cancellationToken)).Segments.Values.Select(segment => WithProgress(segment.Record)).OrderBy(record => record.CreatedAt)];

    public async Task<SegmentRecord?> GetAsync(SegmentId id, CancellationToken cancellationToken) =>
        (await CatalogAsync(cancellationToken)).Segments.TryGetValue(id, out var segment) ? WithProgress(segment.Record) : null;

    public async Task<SegmentRecord?> SaveAsync(SaveSegment request, CancellationToken cancellationToken)
    {
        var before = await CatalogAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var id = request.Id ?? new SegmentId(Guid.CreateVersion7(now));
        var known = before.Segments.GetValueOrDefault(id);
        if (request.Id is not null && known is null) return null;
        var isSame = known is { Record.IsLive: true } && known.Record.Definition.Equals(request.Definition);
        var record = new SegmentRecord(id, request.Name, request.Description, request.Definition, known?.Record.CreatedAt ?? now, now) { IsLive = isSame };
        catalog = await WrittenAsync(store.SaveAsync(before, record, cancellationToken));
        Publish(catalog);
        if (!isSame) backfill.Request(catalog.Version);
        return WithProgress(record);
    }

    public async Task<bool> DeleteAsync(SegmentId id, CancellationToken cancellationToken)
    {
        var before = await CatalogAsync(cancellationToken);
        if (!before.Segments.ContainsKey(id)) return false;

        // Not to be cancelled halfway: people would go on being judged by what is gone.
        catalog = await WrittenAsync(store.DeleteAsync(before, id, CancellationToken.None));
        Publish(catalog);
        await memberships.RemoveAsync(id, CancellationToken.None);
        return true;
    }

    public async Task CompleteBackfillAsync(long catalogVersion, CancellationToken cancellationToken)
    {
        var current = await CatalogAsync(cancellationToken);
        foreach (var (record, _, savedIn) in current.Segments.Values.ToList())
        {
            if (!record.IsLive && savedIn <= catalogVersion) current = await WrittenAsync(store.MarkLiveAsync(current, record with { IsLive = true }, cancellationToken));
        }

        catalog = current;
    }

    /// <summary>Loads the definitions, lets people be judged by them, and goes on with what a stop interrupted.</summary>
    private async ValueTask<Catalog> CatalogAsync(CancellationToken cancellationToken)
    {
        if (catalog is not null) return catalog;
        var loaded = await store.LoadAsync(cancellationToken);
        Publish(loaded);
        if (loaded.Segments.Values.Any(segment => !segment.Record.IsLive)) backfill.Request(loaded.Version);
        return catalog = loaded;
    }

    /// <summary>Where a write breaks off, memory is forgotten: how far it got only the store can say.</summary>
    private async Task<Catalog> WrittenAsync(Task<Catalog> writing)
    {
        try
        {
            return await writing;
        }
        catch
        {
            catalog = null;
            throw;
        }
    }

    private void Publish(Catalog published) => view.Set(published.Compile());

    private SegmentRecord WithProgress(SegmentRecord record) => record with { Progress = record.IsLive ? 1 : backfill.Progress };
}
