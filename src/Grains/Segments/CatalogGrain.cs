using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Segments;

/// <inheritdoc cref="ICatalogGrain"/>
public sealed partial class CatalogGrain(
    CatalogStore store, IMembershipTransitions transitions, CatalogView view, Backfill backfill, EntryInstants instants, MembershipSweep sweep, TimeProvider clock) : ICatalogGrain
{
    private const int DecidingMax = 5;

    private Catalog? catalog;

    public Task<IReadOnlyList<SegmentRecord>> ListAsync(CancellationToken cancellationToken) => DecideAsync<IReadOnlyList<SegmentRecord>>(
        current => Task.FromResult<IReadOnlyList<SegmentRecord>>([.. current.Segments.Values.Select(RecordOf).OrderBy(record => record.CreatedAt)]), cancellationToken);

    public Task<SegmentRecord?> GetAsync(SegmentId id, CancellationToken cancellationToken) =>
        DecideAsync(current => Task.FromResult(current.Segments.TryGetValue(id, out var segment) ? RecordOf(segment) : null), cancellationToken);

    public Task<SaveAnswer> SaveAsync(SaveSegment request, CancellationToken cancellationToken) => DecideAsync(
        async before =>
        {
            var now = clock.GetUtcNow();
            var id = request.Id ?? new SegmentId(Guid.CreateVersion7(now));
            var known = before.Segments.GetValueOrDefault(id);
            if (request.Id is not null && known is null) return new SaveAnswer(null, null);
            if (SegmentReferences.Check(id, request.Definition, before.Definitions) is { } error) return new SaveAnswer(null, error);
            var record = new SegmentRecord(id, request.Name, request.Description, request.Definition, known?.Record.CreatedAt ?? now, now);

            // Not to be cancelled halfway: nobody would be judged by what is saved.
            var saved = await WrittenAsync(store.SaveAsync(before, record, CancellationToken.None));
            if (saved.Wanted is { } wanted && wanted > before.Version) backfill.Request(wanted);
            return new SaveAnswer(RecordOf(saved.Segments[id]), null);
        },
        cancellationToken);

    public Task<DeleteAnswer> DeleteAsync(SegmentId id, CancellationToken cancellationToken) => DecideAsync(
        async before =>
        {
            if (!before.Segments.ContainsKey(id)) return new DeleteAnswer(false, null);
            if (before.Segments.Values.FirstOrDefault(entry => IsUsing(entry, id)) is { } other) return new DeleteAnswer(false, other.Record.Id);

            // Not to be cancelled halfway: people would go on being judged by what is gone.
            await WrittenAsync(store.DeleteAsync(before, id, CancellationToken.None));
            return new DeleteAnswer(true, null);
        },
        cancellationToken);

    public Task CompleteBackfillAsync(long catalogVersion, CancellationToken cancellationToken) => DecideAsync(
        async before =>
        {
            var complete = MembershipSetRules.Complete(before, catalogVersion);
            return complete.Count > 0 ? await WrittenAsync(store.CompleteAsync(before, complete, clock.GetUtcNow(), CancellationToken.None)) : before;
        },
        cancellationToken);

    private static bool IsUsing(CatalogEntry entry, SegmentId id) =>
        entry.Record.Id != id && (SegmentReferences.Of(entry.Record.Definition).Contains(id) || SegmentReferences.Of(entry.Shown.Definition).Contains(id));

    /// <summary>Decides on the catalog as it is stored. Where a process that has a catalog grain of its own wrote meanwhile, that is decided anew.</summary>
    private async Task<T> DecideAsync<T>(Func<Catalog, Task<T>> decideAsync, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await decideAsync(await CatalogAsync(cancellationToken));
            }
            catch (CatalogOvertakenException overtaken)
            {
                if (attempt == DecidingMax) throw new StoreUnavailableException("The catalog was changed by others again and again; try again.", overtaken);
            }
        }
    }

    /// <summary>Loads the definitions, lets people be judged by them, and goes on with what a stop interrupted.</summary>
    private async ValueTask<Catalog> CatalogAsync(CancellationToken cancellationToken)
    {
        // Another activation may have written, while a node was taken for dead.
        if (catalog is not null && catalog.Revision >= view.Revision) return catalog;
        if (await transitions.NewestAsync(cancellationToken) is { } newest) instants.StartAfter(newest);
        var loaded = await WrittenAsync(store.LoadAsync(cancellationToken));
        if (loaded.Wanted is { } wanted) backfill.Request(wanted);
        return loaded;
    }

    /// <summary>Takes what was written. Where a write breaks off, memory is forgotten: how far it got only the store can say.</summary>
    private async Task<Catalog> WrittenAsync(Task<Catalog> writing)
    {
        try
        {
            catalog = null;
            var written = await writing;
            view.Set(written);
            return catalog = written;
        }
        finally
        {
            sweep.Wake();
        }
    }

    private SegmentRecord RecordOf(CatalogEntry entry) => entry.Record with
    {
        IsLive = entry.IsLive,
        Progress = entry.IsLive ? 1 : backfill.Progress,
        ShownSet = entry.Shown.Id,
    };
}
