using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Retention;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Ingest;

namespace CdpPipeline.Grains.Interfaces.Identities;

/// <summary>Events for one identity, in order; and those of their identifiers that others own and keep.</summary>
public sealed record IngestRequest(IReadOnlyList<Event> Events, IReadOnlyList<ForeignIdentifier> Foreign)
{
    /// <summary>The caller has just made the identity's id up, so there is nothing to load. Wrong, it costs a fenced append, no more.</summary>
    public bool IsNew { get; init; }

    /// <summary>The revision of erasures by which none of the events is suppressed.</summary>
    public long Erasures { get; init; }
}

/// <summary>How an identity answers events. Unless <see cref="IngestVerdict.Done"/>, nothing was stored.</summary>
public sealed record IngestAnswer(IngestVerdict Verdict)
{
    /// <summary>Done: one outcome per event.</summary>
    public IReadOnlyList<IngestOutcome> Outcomes { get; init; } = [];

    /// <summary>Moved: who speaks for this identity now.</summary>
    public IdentityId MovedTo { get; init; }

    /// <summary>Taken: identifiers that turned out to have another owner.</summary>
    public IReadOnlyList<Identifier> Taken { get; init; } = [];

    /// <summary>Erased: the revision to know before looking again.</summary>
    public long Erasures { get; init; }
}

public enum IngestVerdict : byte
{
    Done = 1,

    /// <summary>The identity is merged: go to <see cref="IngestAnswer.MovedTo"/>.</summary>
    Moved = 2,

    /// <summary>Look up the owners of <see cref="IngestAnswer.Taken"/> again.</summary>
    Taken = 3,

    /// <summary>The identity has another userId than an event that came by its other identifiers.</summary>
    OtherUserId = 4,

    /// <summary>The identity is erased, or somebody was since the caller looked whether the events are suppressed: look again.</summary>
    Erased = 5,
}

/// <summary>Facts, or where to find them. Both null: nobody by this id.</summary>
public readonly record struct DescribeAnswer(IdentityFacts? Facts, IdentityId? MovedTo);

/// <summary>A profile, or where to find it. Both null: nobody by this id.</summary>
public readonly record struct ProfileAnswer(Profile? Profile, IdentityId? MovedTo);

/// <summary>A page of events, or where to find them. Both null: nobody by this id.</summary>
public readonly record struct EventsAnswer(IReadOnlyList<StoredEvent>? Events, IdentityId? MovedTo);

/// <summary>The merge history, or where to find it. Both null: nobody by this id.</summary>
public readonly record struct MergesAnswer(MergeHistory? History, IdentityId? MovedTo);

/// <summary>What a merge would lead to, or where to ask. Both null: one of the two is not there, or is merged already.</summary>
public readonly record struct MergePreviewAnswer(MergePreview? Preview, IdentityId? MovedTo);

/// <summary>The profile that two would have together, without its timeline; its segments are those it would be in, of which the survivor enters and leaves these.</summary>
public sealed record MergePreview(Profile Together, IReadOnlyList<SegmentId> Entered, IReadOnlyList<SegmentId> Left);

/// <summary>Whether a definition holds, or where to ask. False and null also for nobody.</summary>
public readonly record struct MatchAnswer(bool Matches, IdentityId? MovedTo);

/// <summary>Why a definition holds or does not, or where to ask. Both null: nobody by this id.</summary>
public readonly record struct ExplainAnswer(Explanation? Explanation, IdentityId? MovedTo);

/// <summary>
/// A definition as it stood for a person at an instant: its nodes, and the events behind its event conditions. <paramref name="Since"/> is
/// since when she is in the segment as far as is stored, null if she is not; a flip that is due just now may not be stored yet.
/// </summary>
public sealed record Explanation(
    IdentityId Id, DateTimeOffset At, DateTimeOffset? Since, ExplainedNode Root, IReadOnlyDictionary<EventCondition, EventEvidence> Evidence);

/// <summary>Asks a loser to point at a survivor, whose facts the caller has just read.</summary>
public sealed record MergeRequest(IdentityFacts Survivor, MergeCause Cause)
{
    /// <summary>The revision of erasures by which nothing in the cause is suppressed; null where it names nobody.</summary>
    public long? Erasures { get; init; }
}

/// <summary>Asks a person to be erased, under the number of the receipt to be; with her identifiers suppressed, or free to start somebody new.</summary>
public sealed record EraseRequest(Guid Receipt, bool Suppresses);

/// <summary>Whether a person was erased; and if so by which revision, and what is to be forgotten of her.</summary>
public sealed record EraseAnswer(EraseVerdict Verdict)
{
    public long Revision { get; init; }

    public IReadOnlyList<IdentityId> Components { get; init; } = [];

    public IReadOnlyList<Identifier> Identifiers { get; init; } = [];
}

public enum EraseVerdict : byte
{
    /// <summary>Durable.</summary>
    Done = 1,

    /// <summary>She is not there, speaks for herself no longer, or is not as she was remembered: look again who speaks for her.</summary>
    Again = 2,
}

/// <summary>Asks a person to remove what is too old of hers, and of a component of hers in particular.</summary>
/// <param name="Component">Who must be part of her; if she is not, somebody else is to be asked.</param>
/// <param name="Sources">Up to when the events of each source are too old; those of others are not.</param>
/// <param name="EventsMax">Most events to remove in one go, which is one transaction.</param>
public sealed record ExpireRequest(IdentityId Component, IReadOnlyList<SourceCutoff> Sources, int EventsMax);

/// <summary>How many events were removed; with <see cref="ExpireVerdict.More"/> there are others.</summary>
public sealed record ExpireAnswer(ExpireVerdict Verdict, int Removed)
{
    /// <summary>
    /// Up to this place of the component's log, whatever is too old stays because it is the last word on consent; which it is for as long as
    /// <see cref="LastSeq"/> is the log's last place. 0: nothing stays.
    /// </summary>
    public long KeptTo { get; init; }

    public long LastSeq { get; init; }
}

public enum ExpireVerdict : byte
{
    /// <summary>Nothing that is too old is left.</summary>
    Done = 1,

    /// <summary>There is more than was asked for.</summary>
    More = 2,

    /// <summary>The component is not, or no longer, part of her: look again who speaks for it.</summary>
    Again = 3,
}

/// <summary>The outcome of one step of a merge or an undo.</summary>
public readonly record struct MergeAnswer(MergeVerdict Verdict, IdentityId? MovedTo = null);

public enum MergeVerdict : byte
{
    Done = 1,

    /// <summary>The identity is merged: its survivor is the one to ask.</summary>
    Moved = 2,

    /// <summary>The rule no longer holds the way the caller saw it.</summary>
    Refused = 3,

    /// <summary>There is nothing of the kind to do: no such identity, or no such component here.</summary>
    Unknown = 4,
}
