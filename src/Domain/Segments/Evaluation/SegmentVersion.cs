namespace CdpPipeline.Domain.Segments;

/// <summary>One version of a segment: its definition, and the id of the set of members by it.</summary>
public sealed record SegmentVersion(SegmentId Segment, SegmentId Set, SegmentNode Tree);
