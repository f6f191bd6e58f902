using CdpPipeline.Domain.Events;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// The events behind an event condition's truth: how many it counts in its window (at least so many unless <paramref name="IsExact"/>: there
/// were more than are read for an explanation), and the newest of them, newest first, as many as decide the comparison, within a bound.
/// </summary>
public sealed record EventEvidence(int Count, bool IsExact, IReadOnlyList<StoredEvent> Newest);
