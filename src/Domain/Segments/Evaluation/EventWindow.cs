namespace CdpPipeline.Domain.Segments;

/// <summary>The ages (microseconds) at which an event counts, both ends included.</summary>
/// <param name="From">The greatest age; null for any.</param>
/// <param name="To">The least age.</param>
internal readonly record struct EventWindow(long? From, long To)
{
    public static EventWindow Of(EventCondition condition) => condition.Between is { } between
        ? new EventWindow(between.From.Micros(), between.To.Micros())
        : new EventWindow(condition.Within?.Micros(), 0);

    /// <summary>When an event of this time begins to count.</summary>
    public long Enter(long time) => time + To;

    /// <summary>When an event of this time counts no more.</summary>
    public long Exit(long time) => From is { } from ? time + from + 1 : FlipTime.Never;

    /// <summary>Whether at an instant the window leaves out all that lies below a floor.</summary>
    public bool IsAbove(long floor, long now) => floor == EventList.NoFloor || (From is { } from && now - from >= floor);
}
