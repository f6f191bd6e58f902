namespace CdpPipeline.Domain.Segments;

/// <summary>
/// What a component keeps of its events for one condition, where bare timestamps do not say enough. Immutable, compared by value. Combining
/// is commutative and associative.
/// </summary>
internal abstract class EventList(long floor) : IEquatable<EventList>
{
    /// <summary>Of a list that lacks nothing.</summary>
    public const long NoFloor = long.MinValue;

    /// <summary>
    /// Of the events at or after this time (microseconds) nothing is missing that may matter; of those before it something may be.
    /// </summary>
    public long Floor { get; } = floor;

    public abstract EventList Combine(EventList other);

    public abstract bool Equals(EventList? other);

    public sealed override bool Equals(object? obj) => Equals(obj as EventList);

    public abstract override int GetHashCode();
}

/// <summary>Only the floor; the timestamps themselves are beside it.</summary>
internal sealed class TimesFloor(long floor) : EventList(floor)
{
    public override EventList Combine(EventList other) => other.Floor > Floor ? other : this;

    public override bool Equals(EventList? other) => other is TimesFloor && other.Floor == Floor;

    public override int GetHashCode() => Floor.GetHashCode();
}
