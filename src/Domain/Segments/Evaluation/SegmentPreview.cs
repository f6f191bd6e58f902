namespace CdpPipeline.Domain.Segments;

/// <summary>
/// An unsaved definition in a catalog of its own. Conditions that the live catalog has keep their numbers, so a person's own windows answer
/// them; the others are numbered above <paramref name="KnownThrough"/> for as long as the preview lasts. If it <paramref name="NeedsLog"/>, the log
/// is replayed into <c>Catalog.ObserveFrom(KnownThrough, …)</c>, the result joined by <c>Catalog.Extend</c> and handed to
/// <see cref="CompiledSegment.Matches(IPerson, WindowSet, DateTimeOffset)"/>.
/// </summary>
public sealed record SegmentPreview(SegmentCatalog Catalog, CompiledSegment Segment, int KnownThrough, bool NeedsLog);
