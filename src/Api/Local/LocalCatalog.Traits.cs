using CdpPipeline.Domain.ComputedTraits;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Api.Local;

internal sealed partial class LocalCatalog
{
    public Task<IReadOnlyList<ComputedTraitRecord>> ListTraitsAsync(CancellationToken cancellationToken) =>
        CallAsync(static (grain, _, token) => grain.ListTraitsAsync(token), 0, cancellationToken);

    public Task<ComputedTraitRecord?> GetTraitAsync(ComputedTraitId id, CancellationToken cancellationToken) =>
        CallAsync(static (grain, id, token) => grain.GetTraitAsync(id, token), id, cancellationToken);

    public Task<SaveTraitAnswer> SaveTraitAsync(SaveTrait request, CancellationToken cancellationToken) =>
        CallAsync(static (grain, request, token) => grain.SaveTraitAsync(request, token), request, cancellationToken);

    public Task<DeleteTraitAnswer> DeleteTraitAsync(ComputedTraitId id, CancellationToken cancellationToken) =>
        CallAsync(static (grain, id, token) => grain.DeleteTraitAsync(id, token), id, cancellationToken);
}
