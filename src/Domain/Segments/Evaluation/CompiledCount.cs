using CdpPipeline.Domain.Events;

namespace CdpPipeline.Domain.Segments;

/// <summary>An event condition: which events it counts, and what their number says.</summary>
internal sealed class CompiledCount : CompiledNode
{
    private readonly EventCount count;
    private readonly int enough;

    // Null for ever.
    private readonly long? window;
    private readonly (PropertyPath Path, FieldTest Test)[] where;

    public CompiledCount(EventCondition condition, int number)
    {
        Number = number;
        Event = condition.Event;
        count = condition.Count;
        enough = count.Deciding;
        window = condition.Within?.Micros();
        where = [.. condition.Where.Select(each => (each.Property, FieldTest.Compile(FieldType.Any, each.Operator, each.Value)))];
    }

    /// <summary>The condition's number in the catalog.</summary>
    public int Number { get; }

    /// <summary>The name it counts, or <c>*</c>.</summary>
    public string Event { get; }

    public override bool Holds(in Moment moment, out long flip)
    {
        var times = moment.Windows.Times(Number);
        var now = moment.Now;
        var entered = EventTimes.CountThrough(times, now);
        var gone = window is { } length ? EventTimes.CountThrough(times, now - length - 1) : 0;
        var holds = count.Holds(entered - gone);
        flip = NextFlip(times, entered, gone, holds);
        return holds;
    }

    /// <summary>How many events the state has in the window at the moment: the true number, or one that decides as well.</summary>
    public int CountAt(in Moment moment)
    {
        var times = moment.Windows.Times(Number);
        return EventTimes.CountThrough(times, moment.Now) - (window is { } length ? EventTimes.CountThrough(times, moment.Now - length - 1) : 0);
    }

    /// <summary>Whether an event of the condition's name satisfies all its property conditions.</summary>
    public bool Matches(Event e)
    {
        var properties = default(EventProperties);
        try
        {
            return Matches(properties.Of(e, where.Length > 0), e.Timestamp.ToMicros());
        }
        finally
        {
            properties.Dispose();
        }
    }

    /// <summary>The state with the event taken in; the same instance when it makes no difference. Does not look at the event's name.</summary>
    public WindowSet Observe(WindowSet windows, Event e, ref EventProperties properties)
    {
        if (enough == 0) return windows;
        var time = e.Timestamp.ToMicros();
        if (!Matches(properties.Of(e, where.Length > 0), time)) return windows;
        var times = windows.Times(Number);
        var changed = window is { } length
            ? EventTimes.AddToWindow(times, time, e.ReceivedAt.ToMicros(), enough, length)
            : EventTimes.AddForEver(times, time, enough);
        return changed is null ? windows : windows.With(Number, changed);
    }

    private bool Matches(System.Text.Json.JsonElement properties, long time)
    {
        foreach (var (path, test) in where)
        {
            if (!test.Holds(path.Find(properties) is { } found ? FieldValue.Of(found) : default, time, out _)) return false;
        }

        return true;
    }

    // Walks forward through the instants at which the number changes: an event comes in at its time, and is out a microsecond after
    // the window's length from then.
    private long NextFlip(ReadOnlySpan<long> times, int entered, int gone, bool holds)
    {
        while (true)
        {
            var entry = entered < times.Length ? times[entered] : FlipTime.Never;
            var exit = window is { } length && gone < times.Length ? times[gone] + length + 1 : FlipTime.Never;
            var next = Math.Min(entry, exit);
            if (next == FlipTime.Never) return next;
            while (entered < times.Length && times[entered] == next) entered++;
            while (exit == next && gone < times.Length && times[gone] == next - window - 1) gone++;
            if (count.Holds(entered - gone) != holds) return next;
        }
    }
}
