namespace CdpPipeline.Domain.Segments;

/// <summary>The public name of a segment.</summary>
public readonly record struct SegmentId(Guid Value) : IComparable<SegmentId>
{
    public int CompareTo(SegmentId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString();

    public static bool TryParse(string text, out SegmentId id)
    {
        var parsed = Guid.TryParseExact(text, "D", out var value);
        id = new SegmentId(value);
        return parsed;
    }
}
