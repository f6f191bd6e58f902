using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Grains.Interfaces.Segments;

/// <summary>Keeps one segment's live count: rows in the store plus every delta after them, exactly once.</summary>
public interface ISegmentGrain
{
    /// <summary>The count, equal to the number of membership rows at every quiet moment.</summary>
    ValueTask<SegmentCount> CountAsync(CancellationToken cancellationToken);

    /// <summary>Takes a delta of one commit; one already included is ignored, a gap makes it count again from the store.</summary>
    ValueTask ApplyAsync(MembershipDelta delta, CancellationToken cancellationToken);

    /// <summary>
    /// Counts again from the store: a delta may never come, because the process that was to tell it is gone. To be called after that process was
    /// fenced, as a rule by way of a host's queue, since each call reads all rows of the segment.
    /// </summary>
    Task RecountAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Counts the rows in the store, and brings the counter to the same positions: of each writer exactly the commits that the rows include. While some
    /// of them have not been told yet the two may differ; asked again within five seconds it answers for the same rows, until they are equal.
    /// </summary>
    Task<SegmentAudit> AuditAsync(CancellationToken cancellationToken);
}

/// <summary>A live count and when it last changed.</summary>
public sealed record SegmentCount(SegmentId Segment, long MemberCount, DateTimeOffset At);

/// <summary>
/// The counter beside the rows, both as of <paramref name="Positions"/>: the newest commit of each writer that the rows include. The counter has none after it.
/// </summary>
public sealed record SegmentAudit(SegmentId Segment, long Counter, long Rows, IReadOnlyDictionary<int, long> Positions)
{
    /// <summary>
    /// The newest commit of each writer that the counter was told of, up to <see cref="Positions"/>. A writer may be behind although nothing is missing: not
    /// every commit changes this segment.
    /// </summary>
    public IReadOnlyDictionary<int, long> CounterPositions { get; init; } = Positions;

    public bool IsEqual => Counter == Rows;
}
