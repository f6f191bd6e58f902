using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Grains.Interfaces.Segments;

/// <summary>Owns the segment definitions: saves them, numbers them, and sees that every person is judged by them.</summary>
public interface ICatalogGrain : IComputedTraits
{
    /// <summary>All definitions with their state.</summary>
    Task<IReadOnlyList<SegmentRecord>> ListAsync(CancellationToken cancellationToken);

    Task<SegmentRecord?> GetAsync(SegmentId id, CancellationToken cancellationToken);

    /// <summary>Saves a new or changed definition and begins its backfill. Null: the segment to change is not there.</summary>
    Task<SegmentRecord?> SaveAsync(SaveSegment request, CancellationToken cancellationToken);

    /// <summary>Deletes the definition and its memberships. False: it was not there.</summary>
    Task<bool> DeleteAsync(SegmentId id, CancellationToken cancellationToken);

    /// <summary>Every person has been judged by the catalog of this version: segments saved by then are live.</summary>
    Task CompleteBackfillAsync(long catalogVersion, CancellationToken cancellationToken);
}

/// <summary>A definition to save; <paramref name="Id"/> null for a new one.</summary>
public sealed record SaveSegment(SegmentId? Id, string Name, string? Description, SegmentNode Definition);

/// <summary>A segment as saved. While backfilling, <see cref="Progress"/> goes from 0 to 1.</summary>
public sealed record SegmentRecord(SegmentId Id, string Name, string? Description, SegmentNode Definition, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public bool IsLive { get; init; }

    public double Progress { get; init; }
}
