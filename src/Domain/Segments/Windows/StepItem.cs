namespace CdpPipeline.Domain.Segments;

/// <summary>An event in its place in a person's timeline, with the steps of a sequence that it matches, one bit each; the lowest is the first event's.</summary>
internal readonly record struct StepItem(long Time, long ReceivedAt, long Component, long Seq, byte Steps) : IEventItem, IComparable<StepItem>
{
    public bool IsFirst => (Steps & 1) != 0;

    public bool CanFollow => Steps > 1;

    public int CompareTo(StepItem other) =>
        Time != other.Time ? Time.CompareTo(other.Time)
        : ReceivedAt != other.ReceivedAt ? ReceivedAt.CompareTo(other.ReceivedAt)
        : Component != other.Component ? Component.CompareTo(other.Component)
        : Seq.CompareTo(other.Seq);
}
