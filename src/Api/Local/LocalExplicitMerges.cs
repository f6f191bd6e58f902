using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Merging;

namespace CdpPipeline.Api.Local;

/// <summary>Reaches the grain of explicit merges through its mailbox.</summary>
internal sealed class LocalExplicitMerges(GrainDirectory<int, ExplicitMergeGrain> grains) : IExplicitMergeGrain
{
    public Task<ExplicitMergeAnswer> MergeAsync(IdentityId preferred, IdentityId other, MergeCause cause, CancellationToken cancellationToken) =>
        grains.CallAsync(
            0,
            static (grain, call, token) => new ValueTask<ExplicitMergeAnswer>(grain.MergeAsync(call.preferred, call.other, call.cause, token)),
            (preferred, other, cause),
            cancellationToken).AsTask();
}
