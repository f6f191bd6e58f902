using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Grains.Interfaces.Storage;

/// <summary>
/// Everything one turn of an identity wants made durable: all of it in one transaction, or none of it.
/// At most one append of an identity is under way at a time.
/// </summary>
public sealed record Append
{
    /// <summary>The identities that this append brings into being. They must not exist yet.</summary>
    public IReadOnlyList<NewIdentity> Created { get; init; } = [];

    /// <summary>New entries, ascending by seq within each component.</summary>
    public required IReadOnlyList<LogEntry> Entries { get; init; }

    /// <summary>Identifiers that must be unowned until now.</summary>
    public IReadOnlyList<Claim> Claims { get; init; } = [];

    /// <summary>Blocks of fingerprints that windows let go by these entries.</summary>
    public IReadOnlyList<MessageBlock> MessageBlocks { get; init; } = [];

    public IReadOnlyList<MembershipChange> Memberships { get; init; } = [];

    public IReadOnlyList<PointerChange> Pointers { get; init; } = [];

    /// <summary>The version of the catalog by which it was decided, which must be in force still; null when no catalog had a say.</summary>
    public long? Catalog { get; init; }

    /// <summary>
    /// The revision of <see cref="IErasures"/> by which it was decided that nobody in it is erased and nothing suppressed, which must be in force still;
    /// null when nobody's is.
    /// </summary>
    public long? Erasures { get; init; }

    /// <summary>Erases a person. Nothing else is in such an append.</summary>
    public Erasure? Erasure { get; init; }

    /// <summary>
    /// What takes the place of events that are there: <see cref="Expired"/> changes only, each where an event is. A place that was taken over before is
    /// left as it is.
    /// </summary>
    public IReadOnlyList<ChangeEntry> Expired { get; init; } = [];

    /// <summary>Snapshots that replace whatever is kept of their components, since the events they were made of are no longer all there.</summary>
    public IReadOnlyList<ComponentSnapshot> Snapshots { get; init; } = [];

    /// <summary>When identities must be woken next; whoever is not listed keeps what is stored.</summary>
    public IReadOnlyList<DueChange> Due { get; init; } = [];
}

/// <summary>A new identity: its dense key (from <see cref="IEventLog.NewKeyAsync"/>) and public id.</summary>
public sealed record NewIdentity(long Key, IdentityId Id, DateTimeOffset CreatedAt);

/// <summary>This component wants to own this identifier.</summary>
public sealed record Claim(Identifier Identifier, long Component, DateTimeOffset FirstSeen);

/// <summary>
/// A person (by the key of the identity that speaks for her) enters a membership set at <paramref name="Since"/>, or leaves it (null). Ignored
/// for a set that <see cref="ICatalogTables"/> does not keep.
/// </summary>
public sealed record MembershipChange(SegmentId Segment, long Identity, DateTimeOffset? Since)
{
    /// <summary>Whether a row that is there takes the new instant. Otherwise it keeps its own.</summary>
    public bool Replaces { get; init; }

    /// <summary>What is told if the row really comes or goes and its set is shown; null: nothing.</summary>
    public MembershipNews? News { get; init; }

    /// <summary>
    /// Leaving without a row of her own: she was in since this instant as a part of somebody who has the row. It is told all the same.
    /// </summary>
    public DateTimeOffset? WasSince { get; init; }
}

/// <summary>
/// Where a merged component points: the identity that absorbed it, or null once undone.
/// <paramref name="IsPending"/> until the survivor has absorbed it.
/// </summary>
public sealed record PointerChange(long Component, IdentityId? MergedInto, bool IsPending);

/// <summary>The identity's next flip; null when none is due.</summary>
public sealed record DueChange(long Identity, DateTimeOffset? At)
{
    /// <summary>Whether an earlier time that is stored stays. Being woken too early costs a look, so this takes no place in her log.</summary>
    public bool KeepsEarlier { get; init; }
}

/// <summary>A component as of a place in its log, in the bytes of whoever reads it again.</summary>
public sealed record ComponentSnapshot(long Component, long Seq, ReadOnlyMemory<byte> Bytes);
