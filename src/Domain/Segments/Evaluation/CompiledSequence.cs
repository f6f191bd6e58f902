using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Log;

namespace CdpPipeline.Domain.Segments;

/// <summary>Counts the events in a window that others followed, one step after the other.</summary>
internal sealed class CompiledSequence : CompiledEvents<StepItem>
{
    private readonly EventWindow window;
    private readonly EventTest[] steps;
    private readonly SequenceShape shape;
    private readonly EventCount count;
    private readonly int enough;
    private readonly EventTrend trend;

    public CompiledSequence(EventCondition condition, Keeping keeping)
        : base(keeping, EventWindow.Of(condition).From is null)
    {
        window = EventWindow.Of(condition);
        count = condition.Count;
        enough = count.Deciding;
        trend = EventTrends.OfNumber(count.Operator);
        (steps, shape) = Sequences.Compile(condition);
        EventNames = [.. steps.Select(step => step.Event).Distinct()];
    }

    public override IReadOnlyList<string> EventNames { get; }

    public override EventTrend Trend => trend;

    public override Measured Measure(in Moment moment)
    {
        var list = Of(moment.Windows.Find(Number));
        using var presence = Presence.Of(list.Items, shape, window);
        return new Measured(list.Settled + presence.CountAt(moment.Now));
    }

    protected override bool? Judge(in WindowSet.Entry entry, long now, out long flip)
    {
        var list = Of(entry);
        flip = FlipTime.Never;
        var isAbove = window.IsAbove(list.Floor, now);
        if (isAbove && window.To == 0 && list.CompletionsOf(shape) is var completions && completions.By <= now)
        {
            var firsts = completions.Firsts;
            // Nothing is still to come: each first event counts from its own time on.
            var gone = window.From is { } from ? EventTimes.CountThrough(firsts, now - from - 1) : 0;
            flip = NumberFlip.Next(firsts, window, count, firsts.Length, gone, list.Settled);
            return count.Holds(list.Settled + firsts.Length - gone);
        }

        using var presence = Presence.Of(isAbove ? list.Items : OrderedItems.From(list.Items, list.Floor), shape, window);
        var known = list.Settled + presence.CountAt(now);
        if (known < enough && !isAbove) return null;
        flip = presence.NextFlip(count, list.Settled, now);
        return count.Holds(known);
    }

    protected override bool Read(EventEntry e, ref EventProperties properties, out StepItem item)
    {
        item = default;
        if (Keeping.Enough > 0) item = Sequences.Read(steps, e.Event, new EventId(e.Component, e.Seq), ref properties);
        return item.Steps != 0;
    }

    protected override WindowSet.Entry? Add(in WindowSet.Entry entry, StepItem item, long arrival, int most) =>
        Of(entry).Add(item, shape, arrival, Reach, Keeping.Enough, most) is { } list ? new WindowSet.Entry(Number, [], list) : null;

    protected override WindowSet.Entry Complete(StepItem[] items) =>
        new(Number, [], new SequenceList(new SharedItems<StepItem>(items), 0, EventList.NoFloor, EventList.NoFloor, EventList.NoFloor));

    private static SequenceList Of(in WindowSet.Entry entry) => (SequenceList?)entry.List ?? SequenceList.Empty;
}
