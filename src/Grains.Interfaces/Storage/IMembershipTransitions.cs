using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Grains.Interfaces.Storage;

/// <summary>Reads who entered segments and who left them. Kept for a time, and up to a number for each segment.</summary>
public interface IMembershipTransitions
{
    /// <summary>
    /// What comes after the places, of which there is at most one for each writer; a writer without one from its beginning. Writer by writer,
    /// in the order of its commits; of one writer nothing is left out that is not gone already.
    /// </summary>
    Task<IReadOnlyList<MembershipTransition>> ReadAsync(IReadOnlyCollection<TransitionPlace> after, int limit, CancellationToken cancellationToken);

    /// <summary>A segment's transitions, newest first by (instant, writer, commit, ordinal), below a place.</summary>
    Task<IReadOnlyList<MembershipTransition>> RecentAsync(SegmentId segment, RecentPlace? before, int limit, CancellationToken cancellationToken);

    /// <summary>Those of some identities, by their places, after a place.</summary>
    Task<IReadOnlyList<MembershipTransition>> OfAsync(IReadOnlyCollection<IdentityId> identities, TransitionPlace after, int limit, CancellationToken cancellationToken);

    /// <summary>The latest of the instants at which somebody entered, of all that is kept; null when there is none.</summary>
    Task<DateTimeOffset?> NewestAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Removes up to so many rows of what is older than the instant, or beyond the newest so many of its segment, and the positions of writers
    /// unheard of since the instant that nobody can ask for any more; the number removed.
    /// </summary>
    Task<int> PruneAsync(DateTimeOffset olderThan, int perSegmentMax, int rowsMax, CancellationToken cancellationToken);
}

/// <summary>Where a page of a segment's recent transitions ended.</summary>
public readonly record struct RecentPlace(DateTimeOffset At, TransitionPlace Place);
