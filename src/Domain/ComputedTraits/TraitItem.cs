using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.ComputedTraits;

/// <summary>
/// What an event brings to a computed trait, in its place among the person's events; or several events folded into one. A trait uses some of it
/// and leaves the rest the same for all.
/// </summary>
/// <param name="Time">The event's timestamp (microseconds); of several the newest event's.</param>
/// <param name="ReceivedAt">When it arrived (microseconds).</param>
/// <param name="Component">The component whose event it is.</param>
/// <param name="Seq">Its place in the component's log.</param>
/// <param name="Count">How many events.</param>
/// <param name="Amount">Their numbers' sum in billionths, or the hash of their value.</param>
/// <param name="Value">Their value, as canonical JSON: equal values have equal texts.</param>
internal readonly record struct TraitItem(long Time, long ReceivedAt, long Component, long Seq, long Count, Int128 Amount, string? Value) : IEventItem, IComparable<TraitItem>
{
    public int CompareTo(TraitItem other) =>
        Time != other.Time ? Time.CompareTo(other.Time)
        : ReceivedAt != other.ReceivedAt ? ReceivedAt.CompareTo(other.ReceivedAt)
        : Component != other.Component ? Component.CompareTo(other.Component)
        : Seq != other.Seq ? Seq.CompareTo(other.Seq)
        : Count != other.Count ? Count.CompareTo(other.Count)
        : Amount != other.Amount ? Amount.CompareTo(other.Amount)
        : string.CompareOrdinal(Value, other.Value);

    /// <summary>Whether both have the same value.</summary>
    public bool IsAlike(in TraitItem other) => Amount == other.Amount && Value == other.Value;
}
