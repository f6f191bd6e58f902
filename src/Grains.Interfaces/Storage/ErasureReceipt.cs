using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Grains.Interfaces.Storage;

/// <summary>What stays of an erased person: that it was done, when, and how much there was. Nothing of what she was called or did.</summary>
/// <param name="Number">Its own number.</param>
/// <param name="Id">The identity that spoke for her: a random id that is never given again.</param>
/// <param name="At">When it was decided.</param>
/// <param name="CompletedAt">When the last of her rows was removed; null while they are being removed.</param>
/// <param name="Suppresses">Whether her identifiers were suppressed.</param>
/// <param name="Counts">How many rows were removed, so far.</param>
public sealed record ErasureReceipt(Guid Number, IdentityId Id, DateTimeOffset At, DateTimeOffset? CompletedAt, bool Suppresses, ErasureCounts Counts);

/// <summary>Rows removed, by what they were.</summary>
public sealed record ErasureCounts
{
    /// <summary>Identities that she was made of.</summary>
    public long Components { get; init; }

    public long Identifiers { get; init; }

    public long Events { get; init; }

    /// <summary>Entries of her logs that are no events: merges, conflicts, marks of turns.</summary>
    public long Changes { get; init; }

    /// <summary>Blocks of fingerprints of messageIds.</summary>
    public long MessageBlocks { get; init; }

    public long Snapshots { get; init; }

    /// <summary>Memberships, those in definitions that were still being worked in among them.</summary>
    public long Memberships { get; init; }

    /// <summary>Entries into segments and exits that were kept to be told. The exits that the erasure itself caused are not among them.</summary>
    public long Transitions { get; init; }

    public long DueTimes { get; init; }
}
