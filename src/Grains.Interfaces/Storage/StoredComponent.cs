using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Grains.Interfaces.Storage;

/// <summary>What the store holds of one component: its newest snapshot, and the log's tail after it.</summary>
public sealed record StoredComponent(long Key, IdentityId Id, DateTimeOffset CreatedAt, IdentityId? MergedInto)
{
    /// <summary>The snapshot's bytes and the seq it includes; none when <see cref="SnapshotSeq"/> is 0.</summary>
    public ReadOnlyMemory<byte> Snapshot { get; init; }

    public long SnapshotSeq { get; init; }

    /// <summary>All entries after <see cref="SnapshotSeq"/>, ascending; empty where they were not asked for.</summary>
    public required IReadOnlyList<LogEntry> Tail { get; init; }

    /// <summary>The memberships stored under this identity's key.</summary>
    public IReadOnlyList<StoredMembership> Memberships { get; init; } = [];

    public DateTimeOffset? Due { get; init; }
}

/// <summary>One membership row.</summary>
public sealed record StoredMembership(SegmentId Segment, DateTimeOffset Since);
