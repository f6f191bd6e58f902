using CdpPipeline.Domain.Events;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// The events behind an event condition's truth: how many it counts in its window (at least so many unless <paramref name="IsExact"/>: there
/// were more than are read for an explanation), and the newest of them, newest first, as many as decide the comparison, within a bound. Of a
/// least or greatest value the newest event that has it; of different values the newest event of each.
/// </summary>
public sealed record EventEvidence(int Count, bool IsExact, IReadOnlyList<StoredEvent> Newest)
{
    /// <summary>What an aggregate makes of the values; null where there are none, or too many events to tell.</summary>
    public decimal? Value { get; init; }

    /// <summary>Of a sequence, for each of <see cref="Newest"/> the events that followed it and completed it first; otherwise none.</summary>
    public IReadOnlyList<IReadOnlyList<StoredEvent>> Followers { get; init; } = [];
}
