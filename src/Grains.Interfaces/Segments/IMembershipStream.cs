using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Grains.Interfaces.Segments;

/// <summary>
/// Carries membership deltas from the store's writers, right after each commit and in commit order by writer, to the segment
/// grains. It may drop under pressure: receivers see the gap and count again.
/// </summary>
public interface IMembershipStream
{
    /// <summary>Never blocks and never throws; one call per commit that changed memberships.</summary>
    void Publish(IReadOnlyList<MembershipDelta> deltas);
}

/// <summary>
/// What one commit of one writer did to one segment. Commits that change memberships are numbered from 1 by each writer, and every
/// process start makes new writers. <paramref name="Previous"/> is the writer's commit before this one that touched the segment (0: none),
/// so a receiver that has not included it knows that it missed something.
/// </summary>
public sealed record MembershipDelta(SegmentId Segment, int Writer, long Commit, long Previous, int Entered, int Left, DateTimeOffset At);
