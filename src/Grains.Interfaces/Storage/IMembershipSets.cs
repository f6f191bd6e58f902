using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Grains.Interfaces.Storage;

/// <summary>
/// Keeps the membership sets of the segments: one that is shown, and while a change is worked in, one that is not yet. Which one is shown is
/// decided here and nowhere else. Each call is one transaction; a row of a set that is not kept here is never written.
/// </summary>
public interface IMembershipSets
{
    /// <summary>All that are kept, in no particular order.</summary>
    Task<IReadOnlyList<MembershipSet>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Keeps these sets, new or changed, but leaves alone whether one that is known is shown; retires others, and tells nothing of it.</summary>
    Task SaveAsync(IReadOnlyList<MembershipSet> sets, IReadOnlyList<SegmentId> retired, CancellationToken cancellationToken);

    /// <summary>
    /// Everybody has been judged for these sets: they are whole from now on. Those that were not shown take the place of the shown ones, which are
    /// retired; the difference is told as of the instant, and who is in both keeps her instant. Repeating it changes nothing.
    /// </summary>
    Task ShowAsync(IReadOnlyList<SegmentId> sets, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Removes up to so many rows of retired sets; the number removed. A retired set without rows is forgotten.</summary>
    Task<int> SweepAsync(int rowsMax, CancellationToken cancellationToken);
}

/// <summary>
/// The members of one segment by one definition (its canonical JSON). Its rows have its own id as their key; a segment's first set has the
/// segment's. People are judged for it as it is now since the catalog's version <paramref name="SavedIn"/>.
/// </summary>
public sealed record MembershipSet(SegmentId Id, SegmentId Segment, string Definition, long SavedIn)
{
    /// <summary>Whether its rows are what the segment's members are.</summary>
    public bool IsShown { get; init; }

    /// <summary>Whether everybody has been judged for it.</summary>
    public bool IsWhole { get; init; }
}
