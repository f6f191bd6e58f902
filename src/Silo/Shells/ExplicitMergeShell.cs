using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Merging;

namespace CdpPipeline.Silo.Shells;

/// <summary>Runs explicit merges, one after the other in the whole cluster.</summary>
[GrainType("cdp-explicit-merges")]
[KeepAlive]
internal sealed class ExplicitMergeShell(CdpPipeline.Grains.GrainFactory factory) : Grain, IExplicitMergeShell
{
    private readonly ExplicitMergeGrain grain = factory.ExplicitMerges();

    public Task<ExplicitMergeAnswer> MergeAsync(IdentityId preferred, IdentityId other, MergeCause cause, CancellationToken cancellationToken) =>
        grain.MergeAsync(preferred, other, cause, cancellationToken);
}
