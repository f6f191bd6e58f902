using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Identities;

/// <summary>
/// The memberships of two identities that become one person. What either was in, the person was in, since the earlier of the two instants.
/// Pure.
/// </summary>
internal sealed class JoiningMemberships(MembershipState survivor, IReadOnlyList<StoredMembership> loser)
{
    /// <summary>What the person is in before she is judged as one.</summary>
    public MembershipState Together { get; } = MembershipState.Restore(
        survivor.Memberships
            .Concat(loser.Select(membership => KeyValuePair.Create(membership.Segment, membership.Since)))
            .GroupBy(membership => membership.Key, membership => membership.Value)
            .Select(each => KeyValuePair.Create(each.Key, each.Min())));

    /// <summary>
    /// The changes of rows beside what the judgement says the survivor enters and leaves: the loser's go, and the survivor's take over. Told is
    /// only the exit from what the loser alone was in.
    /// </summary>
    public IReadOnlyList<MembershipChange> Changes(EvaluationResult judged, long survivorKey, long loserKey, DateTimeOffset now)
    {
        var changes = new List<MembershipChange>();
        foreach (var (segment, _) in loser)
        {
            var isExit = judged.State.Since(segment) is null && survivor.Since(segment) is null;
            changes.Add(new MembershipChange(segment, loserKey, Since: null) { News = isExit ? new MembershipNews(now, MembershipCause.Merge) : null });
            if (Together.Since(segment) == survivor.Since(segment)) continue;
            if (judged.State.Since(segment) is { } since) changes.Add(new MembershipChange(segment, survivorKey, since) { Replaces = true });
        }

        return changes;
    }
}
