using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Identities;

namespace CdpPipeline.Grains.Merging;

/// <summary>
/// Drives the two steps of a merge from outside, so that no identity calls another while it holds its turn. Repeatable: a caller
/// that dies after step 1 leaves a pending pointer, and anyone may complete it.
/// </summary>
public sealed class Joiner(IGrains grains)
{
    private const int HopsMax = MergeRules.ComponentsMax;

    /// <summary>False when the loser, in its own turn, no longer agrees, or knows of a newer revision of erasures than the cause was looked at with: look again.</summary>
    public async Task<bool> JoinAsync(IdentityFacts loser, IdentityFacts survivor, MergeCause cause, long? erasures, CancellationToken cancellationToken)
    {
        var request = new MergeRequest(survivor, cause) { Erasures = erasures };
        var answer = await grains.Identity(loser.Id).MergeIntoAsync(request, cancellationToken);
        if (answer.Verdict != MergeVerdict.Done) return false;
        await CompleteAsync(loser.Id, survivor.Id);
        return true;
    }

    /// <summary>
    /// Step 2, at whoever speaks for the survivor by now. Not to be cancelled: what was begun is to be completed. False: there is no such
    /// merge, or no longer.
    /// </summary>
    public async Task<bool> CompleteAsync(IdentityId loser, IdentityId survivor)
    {
        for (var hop = 0; hop < HopsMax; hop++)
        {
            var answer = await grains.Identity(survivor).AbsorbAsync(loser, CancellationToken.None);
            if (answer is not { Verdict: MergeVerdict.Moved, MovedTo: { } next }) return answer.Verdict == MergeVerdict.Done;
            survivor = next;
        }

        return false;
    }
}
