namespace CdpPipeline.Domain.Segments;

/// <summary>A segment and an instant, in lists that are ordered by segment.</summary>
internal readonly record struct SegmentInstant(SegmentId Segment, long Micros)
{
    public static SegmentInstant Of(SegmentId segment, DateTimeOffset instant) => new(segment, Events.Instants.ToMicros(instant));

    /// <summary>Where the segment is, or the complement of where it would be.</summary>
    public static int IndexOf(SegmentInstant[] ordered, SegmentId segment)
    {
        int low = 0, high = ordered.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = ordered[middle].Segment.CompareTo(segment);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }

    public KeyValuePair<SegmentId, DateTimeOffset> ToPair() => new(Segment, Events.Instants.FromMicros(Micros));
}
