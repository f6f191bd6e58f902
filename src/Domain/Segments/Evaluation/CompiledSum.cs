using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Log;

namespace CdpPipeline.Domain.Segments;

/// <summary>Compares the sum or the average of a property over the events in a window. Exact: amounts are whole billionths.</summary>
internal sealed class CompiledSum : CompiledEvents<AmountItem>
{
    private readonly EventWindow window;
    private readonly EventTest test;
    private readonly PropertyPath property;
    private readonly CountOperator @operator;
    private readonly bool isAverage;
    private readonly Int128 other;

    public CompiledSum(EventCondition condition, EventAggregate aggregate, Keeping keeping)
        : base(keeping, EventWindow.Of(condition).From is null)
    {
        window = EventWindow.Of(condition);
        test = new EventTest(condition.Event, condition.Where);
        EventNames = [test.Event];
        property = aggregate.Property;
        @operator = aggregate.Operator;
        isAverage = aggregate.Function == AggregateFunction.Average;
        other = Amount.Of(aggregate.Value);
    }

    public override IReadOnlyList<string> EventNames { get; }

    /// <summary>
    /// Of a window all that has come and counts is in the list. If no amount there is negative, events have only brought the sum up. Where the floor
    /// may hide what came, nobody knows.
    /// </summary>
    public override EventTrend TrendAt(in Moment moment)
    {
        if (isAverage || window.From is null) return EventTrend.None;
        var list = Of(moment.Windows.Find(Number));
        return list.IsNeverNegative && window.IsAbove(list.Floor, moment.Now) ? EventTrends.OfNumber(@operator) : EventTrend.None;
    }

    public override Measured Measure(in Moment moment)
    {
        var (sum, number, _, _) = Add(Of(moment.Windows.Find(Number)), moment.Now);
        return new Measured((int)number, isAverage ? Amount.Average(sum, number) : Amount.ToDecimal(sum));
    }

    protected override bool? Judge(in WindowSet.Entry entry, long now, out long flip)
    {
        var list = Of(entry);
        flip = FlipTime.Never;
        if (!window.IsAbove(list.Floor, now)) return null;
        var (sum, number, entered, gone) = Add(list, now);
        var holds = Holds(sum, number);
        flip = entered == list.Items.Length && list.IsNeverNegative && !isAverage && @operator is not (CountOperator.Equal or CountOperator.NotEqual)
            ? WhenLess(list, sum, gone, holds)
            : NextFlip(list, number, entered, gone, holds);
        return holds;
    }

    protected override bool Read(EventEntry e, ref EventProperties properties, out AmountItem item)
    {
        var time = e.Event.Timestamp.ToMicros();
        var amount = test.Holds(e.Event, ref properties, time) && properties.Find(e.Event, property) is { } value ? Amount.Of(value) : null;
        item = new AmountItem(time, amount ?? 0);
        return amount is not null;
    }

    protected override WindowSet.Entry? Add(in WindowSet.Entry entry, AmountItem item, long arrival, int most)
    {
        var list = Reach is { } reach ? Of(entry).AddToWindow(item, arrival, reach, most) : Of(entry).AddForEver(item, arrival, most);
        return list is null ? null : new WindowSet.Entry(Number, [], list);
    }

    protected override WindowSet.Entry Complete(AmountItem[] items) => new(Number, [], AmountList.Of(items, 0, 0, EventList.NoFloor));

    private static AmountList Of(in WindowSet.Entry entry) => (AmountList?)entry.List ?? AmountList.Empty;

    private (Int128 Sum, long Number, int Entered, int Gone) Add(AmountList list, long now)
    {
        var items = list.Items;
        var entered = OrderedItems.CountBefore(items, now - window.To + 1);
        var gone = window.From is { } from ? OrderedItems.CountBefore(items, now - from) : 0;
        return (list.Sum + list.TotalOf(entered) - list.TotalOf(gone), list.Count + entered - gone, entered, gone);
    }

    private bool Holds(Int128 sum, long number)
    {
        if (isAverage && number == 0) return false;
        return @operator.Satisfies(sum.CompareTo(isAverage ? other * number : other));
    }

    // Nothing enters any more and nothing is negative: the sum only falls, so it is found by halving when it turns the comparison, if ever.
    private long WhenLess(AmountList list, Int128 sum, int gone, bool holds)
    {
        var left = list.TotalOf(gone);
        int low = gone, high = list.Items.Length + 1;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (middle > list.Items.Length || Holds(sum - (list.TotalOf(middle) - left), 0) != holds) high = middle;
            else low = middle + 1;
        }

        return low > list.Items.Length ? FlipTime.Never : window.Exit(list.Items[low - 1].Time);
    }

    // Walks forward through the instants at which an event begins or ends to count.
    private long NextFlip(AmountList list, long number, int entered, int gone, bool holds)
    {
        var items = list.Items;
        while (true)
        {
            var entry = entered < items.Length ? window.Enter(items[entered].Time) : FlipTime.Never;
            var exit = gone < items.Length ? window.Exit(items[gone].Time) : FlipTime.Never;
            var next = Math.Min(entry, exit);
            if (next == FlipTime.Never) return next;
            for (; entered < items.Length && window.Enter(items[entered].Time) == next; entered++) number++;
            for (; gone < items.Length && window.Exit(items[gone].Time) == next; gone++) number--;
            if (Holds(list.Sum + list.TotalOf(entered) - list.TotalOf(gone), number) != holds) return next;
        }
    }
}
