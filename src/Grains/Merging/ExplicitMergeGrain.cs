using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Grains.Ingest;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Ingest;

namespace CdpPipeline.Grains.Merging;

/// <inheritdoc cref="IExplicitMergeGrain"/>
public sealed class ExplicitMergeGrain(IdentityResolver resolver, Joiner joiner) : IExplicitMergeGrain
{
    private const int AttemptsMax = 16;

    public async Task<ExplicitMergeAnswer> MergeAsync(IdentityId preferred, IdentityId other, MergeCause cause, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var left = await resolver.DescribeAsync(preferred, cancellationToken);
            var right = await resolver.DescribeAsync(other, cancellationToken);
            if (left is null || right is null || left.Id == right.Id) return new ExplicitMergeAnswer(other, left?.Id ?? preferred, MergeRefusal.Same);
            var decision = MergeRules.Decide(left, right, isExplicit: true, preferred: left.Id);
            if (decision.Refusal is { } refusal) return new ExplicitMergeAnswer(right.Id, left.Id, refusal);
            var (loser, survivor) = decision.Loser == left.Id ? (left, right) : (right, left);
            if (await joiner.JoinAsync(loser, survivor, cause, erasures: null, cancellationToken)) return new ExplicitMergeAnswer(loser.Id, survivor.Id, null);
        }

        throw new OverloadedException("The two identities keep changing; try again.");
    }
}
