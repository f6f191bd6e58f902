using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;

namespace CdpPipeline.Grains.Interfaces.Identities;

/// <summary>The one grain that runs explicit merges, one after the other, so that those between two userIds can form no cycle.</summary>
public interface IExplicitMergeGrain
{
    /// <summary>Joins whoever speaks for the two by now; <paramref name="preferred"/> survives where the rule leaves the choice.</summary>
    Task<ExplicitMergeAnswer> MergeAsync(IdentityId preferred, IdentityId other, MergeCause cause, CancellationToken cancellationToken);
}

/// <summary>Who was joined into whom, or why not.</summary>
public sealed record ExplicitMergeAnswer(IdentityId Loser, IdentityId Survivor, MergeRefusal? Refusal);
