using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Api.Hosting;

/// <summary>
/// Stands for the host's grains while they are being composed: grains need services that reach grains. Bound once, before anything
/// is served.
/// </summary>
internal sealed class GrainsReference : IGrains, INodeIdentities
{
    private IGrains? grains;
    private INodeIdentities? identities;

    public IExplicitMergeGrain ExplicitMerges => Bound.ExplicitMerges;

    public ICatalogGrain Catalog => Bound.Catalog;

    private IGrains Bound => grains ?? throw new InvalidOperationException("The grains are not bound yet.");

    public void Bind<T>(T bound)
        where T : IGrains, INodeIdentities =>
        (grains, identities) = (bound, bound);

    public Person? Peek(IdentityId id) => identities?.Peek(id);

    public Task AdoptAsync(LoadedIdentity loaded, CancellationToken cancellationToken) =>
        (identities ?? throw new InvalidOperationException("The grains are not bound yet.")).AdoptAsync(loaded, cancellationToken);

    public IIdentityGrain Identity(IdentityId id) => Bound.Identity(id);

    public IAliasGrain Alias(Identifier identifier) => Bound.Alias(identifier);

    public ISegmentGrain Segment(SegmentId id) => Bound.Segment(id);
}
