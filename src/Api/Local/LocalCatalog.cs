using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Segments;

namespace CdpPipeline.Api.Local;

/// <summary>Reaches the catalog through its mailbox.</summary>
internal sealed partial class LocalCatalog(GrainDirectory<int, CatalogGrain> catalogs) : ICatalogGrain
{
    public Task<IReadOnlyList<SegmentRecord>> ListAsync(CancellationToken cancellationToken) =>
        CallAsync(static (grain, _, token) => grain.ListAsync(token), 0, cancellationToken);

    public Task<SegmentRecord?> GetAsync(SegmentId id, CancellationToken cancellationToken) =>
        CallAsync(static (grain, id, token) => grain.GetAsync(id, token), id, cancellationToken);

    public Task<SaveAnswer> SaveAsync(SaveSegment request, CancellationToken cancellationToken) =>
        CallAsync(static (grain, request, token) => grain.SaveAsync(request, token), request, cancellationToken);

    public Task<DeleteAnswer> DeleteAsync(SegmentId id, CancellationToken cancellationToken) =>
        CallAsync(static (grain, id, token) => grain.DeleteAsync(id, token), id, cancellationToken);

    public Task CompleteBackfillAsync(long catalogVersion, CancellationToken cancellationToken) => CallAsync(
        static async (grain, version, token) =>
        {
            await grain.CompleteBackfillAsync(version, token);
            return 0;
        },
        catalogVersion,
        cancellationToken);

    private Task<TResult> CallAsync<TArgument, TResult>(
        Func<CatalogGrain, TArgument, CancellationToken, Task<TResult>> turn, TArgument argument, CancellationToken cancellationToken) =>
        catalogs.CallAsync(
            0,
            static (grain, call, token) => new ValueTask<TResult>(call.turn(grain, call.argument, token)),
            (turn, argument),
            cancellationToken).AsTask();
}
