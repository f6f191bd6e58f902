using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Interfaces.Identities;

/// <summary>
/// One person: the single owner of her identifiers, traits, timeline, memberships and merge pointer. Never calls another
/// identity while it holds its turn; whoever joins two drives both. Once merged it answers "moved to" and nothing else.
/// </summary>
public interface IIdentityGrain
{
    /// <summary>Stores the events, all in one commit, or says why the caller must look again.</summary>
    ValueTask<IngestAnswer> IngestAsync(IngestRequest request, CancellationToken cancellationToken);

    /// <summary>What the merge rules need; for a merged identity where it went; for one that never was, nothing.</summary>
    ValueTask<DescribeAnswer> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>The profile as of now.</summary>
    ValueTask<ProfileAnswer> ProfileAsync(CancellationToken cancellationToken);

    /// <summary>The profile as its events up to an instant make it. Reads the log.</summary>
    Task<ProfileAnswer> ProfileAtAsync(DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>One page of the timeline.</summary>
    Task<EventsAnswer> EventsAsync(TimelineQuery query, CancellationToken cancellationToken);

    /// <summary>What was joined here and undone, oldest first, and conflicts that kept others apart.</summary>
    Task<MergesAnswer> MergesAsync(CancellationToken cancellationToken);

    /// <summary>What absorbing another identity would make of this one. Changes nothing; reads the other from the store.</summary>
    Task<MergePreviewAnswer> PreviewAbsorbAsync(IdentityId loser, CancellationToken cancellationToken);

    /// <summary>Whether a definition, saved or not, holds for the person now. Reads the log where only the log can tell.</summary>
    Task<MatchAnswer> MatchesAsync(SegmentNode definition, CancellationToken cancellationToken);

    /// <summary>Why a segment's definition holds for the person now, or does not. Reads a bounded part of the timeline.</summary>
    Task<ExplainAnswer> ExplainAsync(SegmentId segment, SegmentNode definition, CancellationToken cancellationToken);

    /// <summary>Step 1 of a merge, on the loser: checks the rule in its own turn and, if it holds, becomes a component of the survivor.</summary>
    Task<MergeAnswer> MergeIntoAsync(MergeRequest request, CancellationToken cancellationToken);

    /// <summary>Step 2 of a merge, on the survivor (or on whoever speaks for it by now). Repeating it changes nothing.</summary>
    Task<MergeAnswer> AbsorbAsync(IdentityId loser, CancellationToken cancellationToken);

    /// <summary>Undoes a merge: lets a component, with those that it had absorbed itself, be an identity of its own again.</summary>
    Task<MergeAnswer> ReleaseAsync(IdentityId component, CancellationToken cancellationToken);

    /// <summary>Decides that the person is erased, with all that she absorbed. What is stored of her is removed after it.</summary>
    Task<EraseAnswer> EraseAsync(EraseRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Removes, up to a number, those events of the person that are too old to be kept. Durable when it returns; afterwards she is what the rest of her
    /// log makes her.
    /// </summary>
    Task<ExpireAnswer> ExpireAsync(ExpireRequest request, CancellationToken cancellationToken);

    /// <summary>Drops memory and loads from the store: another grain changed what is stored for this one.</summary>
    Task RefreshAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Brings memberships and the due time up to the clock and to the current definitions, which are those of this version of the catalog or of a newer one,
    /// also where that has not been heard of yet.
    /// </summary>
    Task ReevaluateAsync(long catalogVersion, CancellationToken cancellationToken);
}
