namespace CdpPipeline.Domain.Segments;

/// <summary>The amount (billionths) that an event brought at a time.</summary>
internal readonly record struct AmountItem(long Time, Int128 Amount) : IEventItem, IComparable<AmountItem>
{
    public int CompareTo(AmountItem other) => Time != other.Time ? Time.CompareTo(other.Time) : Amount.CompareTo(other.Amount);
}
