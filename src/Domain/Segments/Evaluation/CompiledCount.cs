using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Log;

namespace CdpPipeline.Domain.Segments;

/// <summary>That an event counts at a time.</summary>
internal readonly record struct TimeItem(long Time) : IEventItem, IComparable<TimeItem>
{
    public int CompareTo(TimeItem other) => Time.CompareTo(other.Time);
}

/// <summary>An event condition: which events it counts, and what their number says.</summary>
internal sealed class CompiledCount : CompiledEvents<TimeItem>
{
    private readonly EventCount count;
    private readonly int enough;
    private readonly EventTrend trend;
    private readonly EventWindow window;
    private readonly EventTest test;

    public CompiledCount(EventCondition condition, Keeping keeping)
        : base(keeping, EventWindow.Of(condition).From is null)
    {
        count = condition.Count;
        enough = count.Deciding;
        trend = EventTrends.OfNumber(count.Operator);
        window = EventWindow.Of(condition);
        test = new EventTest(condition.Event, condition.Where);
        EventNames = [test.Event];
    }

    public override IReadOnlyList<string> EventNames { get; }

    public override EventTrend Trend => trend;

    public override Measured Measure(in Moment moment) => new(CountAt(moment.Windows.Find(Number).Times, moment.Now, out _, out _));

    protected override bool? Judge(in WindowSet.Entry entry, long now, out long flip)
    {
        var times = entry.Times;
        var known = CountAt(times, now, out var entered, out var gone);
        if (entry.List is { } list && !window.IsAbove(list.Floor, now))
        {
            // Enough of those from the floor on decide, and go on doing so until the window has left the floor behind.
            gone = Math.Max(gone, EventTimes.CountThrough(times, list.Floor - 1));
            known = entered - gone;
            flip = FlipTime.Never;
            if (known < enough) return null;
        }

        var holds = count.Holds(known);
        flip = NumberFlip.Next(times, window, count, entered, gone);
        return holds;
    }

    protected override bool Read(EventEntry e, ref EventProperties properties, out TimeItem item)
    {
        item = new TimeItem(e.Event.Timestamp.ToMicros());
        return Keeping.Enough > 0 && test.Holds(e.Event, ref properties, item.Time);
    }

    protected override WindowSet.Entry? Add(in WindowSet.Entry entry, TimeItem item, long arrival, int most)
    {
        if (Reach is not { } reach) return EventTimes.AddForEver(entry.Times, item.Time, Keeping.Enough) is { } times ? new WindowSet.Entry(Number, times) : null;
        var floor = entry.List?.Floor ?? EventList.NoFloor;
        if (item.Time < floor || EventTimes.AddToWindow(entry.Times, item.Time, arrival - window.To, Keeping.Enough, Keeping.Length) is not { } added) return null;
        if (added.Length > most)
        {
            floor = added[added.Length - most - 1] + 1;
            added = added[EventTimes.CountThrough(added, floor - 1)..];
        }

        return new WindowSet.Entry(Number, added, floor == EventList.NoFloor || arrival - reach >= floor ? null : new TimesFloor(floor));
    }

    protected override WindowSet.Entry Complete(TimeItem[] items) => new(Number, Array.ConvertAll(items, item => item.Time));

    private int CountAt(long[] times, long now, out int entered, out int gone)
    {
        entered = EventTimes.CountThrough(times, now - window.To);
        gone = window.From is { } from ? EventTimes.CountThrough(times, now - from - 1) : 0;
        return entered - gone;
    }
}
