using System.Collections.Immutable;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Profiles;

/// <summary>
/// The fold of one component's log: what its own events and changes say. An identity starts as one component and stays one
/// for good; a merge only adds others beside it, an undo takes them away again. Immutable.
/// </summary>
public sealed record Component(long Key, IdentityId Id, DateTimeOffset CreatedAt)
{
    /// <summary>The seq of the newest entry folded in; 0 for none.</summary>
    public long Seq { get; init; }

    /// <summary>Arrival of the newest event (µs); arrivals never decrease along the log.</summary>
    public long ReceivedAt { get; init; }

    public ImmutableArray<LinkedIdentifier> Identifiers { get; init; } = [];

    public TraitMap Traits { get; init; } = TraitMap.Empty;

    public GroupMap Groups { get; init; } = GroupMap.Empty;

    /// <summary>The newest word on each category of consent.</summary>
    public ConsentMap Consents { get; init; } = ConsentMap.Empty;

    public long EventCount { get; init; }

    public long PageViews { get; init; }

    public long Conversions { get; init; }

    /// <summary>Earliest and latest event time (µs); crossed extremes before the first event.</summary>
    public long FirstSeen { get; init; } = long.MaxValue;

    public long LastSeen { get; init; } = long.MinValue;

    public MessageWindow Messages { get; init; }

    /// <summary>What the segments' event conditions need to know of this component's events.</summary>
    public WindowSet Windows { get; init; } = WindowSet.Empty(0);

    /// <summary>Who speaks for this component since it was merged; null for an identity of its own.</summary>
    public IdentityId? MergedInto { get; init; }

    /// <summary>Why it was merged; null for an identity of its own.</summary>
    public MergeCause? MergedBecause { get; init; }

    /// <summary>What this component absorbed itself, undone ones included, oldest first.</summary>
    public ImmutableArray<MergeRecord> Merges { get; init; } = [];

    /// <summary>Identities that an undo parted this one from: no event joins them again.</summary>
    public ImmutableArray<IdentityId> KeptApart { get; init; } = [];

    public ImmutableArray<ConflictRecord> Conflicts { get; init; } = [];

    /// <summary>No entry into a segment was given a later instant (µs) by the turns of this identity; 0 before the first.</summary>
    public long JudgedAt { get; init; }

    /// <summary>Its own userId: at most one, and never lost.</summary>
    public string? UserId
    {
        get
        {
            foreach (var linked in Identifiers)
            {
                if (linked.Identifier.Kind == IdentifierKind.UserId) return linked.Identifier.Value;
            }

            return null;
        }
    }

    public bool Owns(Identifier identifier)
    {
        foreach (var linked in Identifiers)
        {
            if (linked.Identifier == identifier) return true;
        }

        return false;
    }
}
