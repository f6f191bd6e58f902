using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Log;

namespace CdpPipeline.Domain.Segments;

/// <summary>Compares how many different values a property has over the events in a window.</summary>
internal sealed class CompiledDistinct : CompiledEvents<ValueItem>
{
    private readonly EventWindow window;
    private readonly EventTest test;
    private readonly PropertyPath property;
    private readonly EventCount count;
    private readonly int enough;
    private readonly EventTrend trend;

    public CompiledDistinct(EventCondition condition, EventAggregate aggregate, Keeping keeping)
        : base(keeping, EventWindow.Of(condition).From is null)
    {
        window = EventWindow.Of(condition);
        test = new EventTest(condition.Event, condition.Where);
        EventNames = [test.Event];
        property = aggregate.Property;
        count = new EventCount(aggregate.Operator, (int)aggregate.Value);
        enough = count.Deciding;
        trend = EventTrends.OfNumber(count.Operator);
    }

    public override IReadOnlyList<string> EventNames { get; }

    public override EventTrend Trend => trend;

    public override Measured Measure(in Moment moment)
    {
        using var presence = Presence.Of(Of(moment.Windows.Find(Number)).Items, window);
        var known = presence.CountAt(moment.Now);
        return new Measured(known, known);
    }

    protected override bool? Judge(in WindowSet.Entry entry, long now, out long flip)
    {
        var list = Of(entry);
        flip = FlipTime.Never;
        var isAbove = window.IsAbove(list.Floor, now);
        using var presence = Presence.Of(isAbove ? list.Items : OrderedItems.From<ValueItem>(list.Items, list.Floor), window);
        var known = presence.CountAt(now);
        if (known < enough && !isAbove) return null;
        flip = presence.NextFlip(count, 0, now);
        return count.Holds(known);
    }

    protected override bool Read(EventEntry e, ref EventProperties properties, out ValueItem item)
    {
        var time = e.Event.Timestamp.ToMicros();
        var value = Keeping.Enough > 0 && test.Holds(e.Event, ref properties, time) && properties.Find(e.Event, property) is { } found
            ? ValueHash.Of(found)
            : null;
        item = new ValueItem(time, value ?? 0);
        return value is not null;
    }

    protected override WindowSet.Entry? Add(in WindowSet.Entry entry, ValueItem item, long arrival, int most)
    {
        var list = Reach is { } reach
            ? Of(entry).AddToWindow(item, arrival - window.To, reach - window.To, Keeping.Enough, most)
            : Of(entry).AddForEver(item, Keeping.Enough);
        return list is null ? null : new WindowSet.Entry(Number, [], list);
    }

    protected override WindowSet.Entry Complete(ValueItem[] items) => new(Number, [], new ValueTimes(items, EventList.NoFloor));

    private static ValueTimes Of(in WindowSet.Entry entry) => (ValueTimes?)entry.List ?? ValueTimes.Empty;
}
