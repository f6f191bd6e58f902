using CdpPipeline.Domain.ComputedTraits;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Segments;

namespace CdpPipeline.Silo.Shells;

/// <summary>Runs the catalog, and on its node the backfill that it asks for.</summary>
[GrainType("cdp-catalog")]
[KeepAlive]
internal sealed class CatalogShell(CdpPipeline.Grains.GrainFactory factory) : Grain, ICatalogShell
{
    private readonly CatalogGrain grain = factory.Catalog();

    public Task<IReadOnlyList<SegmentRecord>> ListAsync(CancellationToken cancellationToken) => grain.ListAsync(cancellationToken);

    public Task<SegmentRecord?> GetAsync(SegmentId id, CancellationToken cancellationToken) => grain.GetAsync(id, cancellationToken);

    public Task<SaveAnswer> SaveAsync(SaveSegment request, CancellationToken cancellationToken) => grain.SaveAsync(request, cancellationToken);

    public Task<DeleteAnswer> DeleteAsync(SegmentId id, CancellationToken cancellationToken) => grain.DeleteAsync(id, cancellationToken);

    public Task CompleteBackfillAsync(long catalogVersion, CancellationToken cancellationToken) => grain.CompleteBackfillAsync(catalogVersion, cancellationToken);

    public Task<IReadOnlyList<ComputedTraitRecord>> ListTraitsAsync(CancellationToken cancellationToken) => grain.ListTraitsAsync(cancellationToken);

    public Task<ComputedTraitRecord?> GetTraitAsync(ComputedTraitId id, CancellationToken cancellationToken) => grain.GetTraitAsync(id, cancellationToken);

    public Task<SaveTraitAnswer> SaveTraitAsync(SaveTrait request, CancellationToken cancellationToken) => grain.SaveTraitAsync(request, cancellationToken);

    public Task<DeleteTraitAnswer> DeleteTraitAsync(ComputedTraitId id, CancellationToken cancellationToken) => grain.DeleteTraitAsync(id, cancellationToken);
}
