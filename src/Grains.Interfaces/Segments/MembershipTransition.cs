using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Grains.Interfaces.Segments;

/// <summary>
/// Somebody entered a segment or left it: told once, in the transaction that changed the membership. <paramref name="Since"/> is the instant
/// she entered; nobody enters the same segment twice at the same instant, and an exit carries the instant of its entry. The identity is the
/// one that had the membership, which may be merged into another by now. <paramref name="At"/> is when it was noticed.
/// </summary>
public sealed record MembershipTransition(
    TransitionPlace Place, SegmentId Segment, IdentityId Identity, bool IsEntry, DateTimeOffset At, DateTimeOffset Since, MembershipCause Cause);

/// <summary>A transition's place: the writer, its commit, and the number within the commit. Ascending by commit and number for one writer.</summary>
public readonly record struct TransitionPlace(int Writer, long Commit, long Ordinal);
