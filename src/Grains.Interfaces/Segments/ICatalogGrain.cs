using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Grains.Interfaces.Segments;

/// <summary>Owns the segment definitions: saves them, numbers them, and sees that every person is judged by them.</summary>
public interface ICatalogGrain : IComputedTraits
{
    /// <summary>All definitions with their state.</summary>
    Task<IReadOnlyList<SegmentRecord>> ListAsync(CancellationToken cancellationToken);

    Task<SegmentRecord?> GetAsync(SegmentId id, CancellationToken cancellationToken);

    /// <summary>
    /// Saves a new or changed definition and begins its backfill. A changed one, and those that refer to it, keep their members until everybody has
    /// been judged by the new; then all of them change at once.
    /// </summary>
    Task<SaveAnswer> SaveAsync(SaveSegment request, CancellationToken cancellationToken);

    /// <summary>Deletes the definition and its memberships, unless another segment refers to it.</summary>
    Task<DeleteAnswer> DeleteAsync(SegmentId id, CancellationToken cancellationToken);

    /// <summary>Every person has been judged by the catalog of this version: segments saved by then are live, and show their new members.</summary>
    Task CompleteBackfillAsync(long catalogVersion, CancellationToken cancellationToken);
}

/// <summary>A definition to save; <paramref name="Id"/> null for a new one.</summary>
public sealed record SaveSegment(SegmentId? Id, string Name, string? Description, SegmentNode Definition);

/// <summary>What became of a save: the segment, or why its definition is refused. Both null: the segment to change is not there.</summary>
public sealed record SaveAnswer(SegmentRecord? Saved, SegmentError? Refusal);

/// <summary>Whether a segment was deleted; if another one refers to it, it was not.</summary>
public sealed record DeleteAnswer(bool IsDeleted, SegmentId? UsedBy);

/// <summary>
/// A segment with its newest definition. While that is being backfilled, <see cref="Progress"/> goes from 0 to 1, and the members shown are those
/// of the definition before, if there was one.
/// </summary>
public sealed record SegmentRecord(SegmentId Id, string Name, string? Description, SegmentNode Definition, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public bool IsLive { get; init; }

    public double Progress { get; init; }

    /// <summary>The set of members that is shown: the key of its rows and of its live count.</summary>
    public SegmentId ShownSet { get; init; } = Id;
}
