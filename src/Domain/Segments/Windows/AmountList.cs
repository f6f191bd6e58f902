namespace CdpPipeline.Domain.Segments;

/// <summary>The amounts of single events, ascending by time, and the sum of those that count for good.</summary>
internal sealed class AmountList : EventList
{
    public static readonly AmountList Empty = new(default, 0, true, 0, 0, NoFloor);

    private readonly SharedItems<RunningTotal> items;

    // What the first item's total goes on from.
    private readonly Int128 before;

    private AmountList(SharedItems<RunningTotal> items, Int128 before, bool isNeverNegative, long count, Int128 sum, long floor)
        : base(floor)
    {
        this.items = items;
        this.before = before;
        IsNeverNegative = isNeverNegative;
        Count = count;
        Sum = sum;
    }

    /// <summary>Of equal times in any order.</summary>
    public ReadOnlySpan<RunningTotal> Items => items.Span;

    /// <summary>How many amounts are in <see cref="Sum"/>.</summary>
    public long Count { get; }

    public Int128 Sum { get; }

    /// <summary>
    /// That none of these amounts is negative: fewer of them never make more. May be false though the one that was negative is gone.
    /// </summary>
    public bool IsNeverNegative { get; }

    /// <summary>Amounts that are ascending by time.</summary>
    public static AmountList Of(ReadOnlySpan<AmountItem> amounts, long count, Int128 sum, long floor)
    {
        var totals = new RunningTotal[amounts.Length];
        var (total, isNeverNegative) = ((Int128)0, true);
        for (var i = 0; i < totals.Length; i++)
        {
            total += amounts[i].Amount;
            isNeverNegative &= amounts[i].Amount >= 0;
            totals[i] = new RunningTotal(amounts[i].Time, total);
        }

        return new AmountList(new SharedItems<RunningTotal>(totals), 0, isNeverNegative, count, sum, floor);
    }

    /// <summary>The sum of the first so many.</summary>
    public Int128 TotalOf(int number) => number == 0 ? 0 : Items[number - 1].Total - before;

    /// <summary>Each amount by itself.</summary>
    public AmountItem[] ToAmounts()
    {
        var amounts = new AmountItem[items.Count];
        for (var i = 0; i < amounts.Length; i++) amounts[i] = new AmountItem(Items[i].Time, TotalOf(i + 1) - TotalOf(i));
        return amounts;
    }

    /// <summary>Takes in an event of a window that reaches back by so much; null when it makes no difference.</summary>
    public AmountList? AddToWindow(AmountItem item, long arrival, long reach, int most)
    {
        var horizon = arrival - reach;
        if (item.Time < horizon || item.Time < Floor) return null;
        var added = Without(OrderedItems.CountBefore(Items, horizon), Floor > horizon ? Floor : NoFloor).With(item);
        if (added.items.Count <= most) return added;
        var floor = added.Floor;
        return added.Without(OrderedItems.CountToCut(added.Items, most, ref floor), floor);
    }

    /// <summary>
    /// Takes in an event that counts for good once its time has come; null when it makes no difference. Too many ahead of the clock leave
    /// nothing but a floor.
    /// </summary>
    public AmountList? AddForEver(AmountItem item, long arrival, int most)
    {
        if (Floor != NoFloor) return null;
        var reached = OrderedItems.CountBefore(Items, arrival + 1);
        var (sum, count) = (Sum + TotalOf(reached), Count + reached);
        if (item.Time <= arrival) (sum, count) = (sum + item.Amount, count + 1);
        var ahead = Without(reached, NoFloor);
        if (item.Time > arrival && ahead.items.Count >= most) return new AmountList(default, 0, true, 0, 0, long.MaxValue);
        var added = item.Time > arrival ? ahead.With(item) : ahead;
        return new AmountList(added.items, added.before, added.IsNeverNegative, count, sum, NoFloor);
    }

    public override EventList Combine(EventList other)
    {
        var right = (AmountList)other;
        return Of(OrderedItems.Merge<AmountItem>(ToAmounts(), right.ToAmounts()), Count + right.Count, Sum + right.Sum, Math.Max(Floor, right.Floor));
    }

    public override bool Equals(EventList? other)
    {
        if (other is not AmountList list || Floor != list.Floor || Count != list.Count || Sum != list.Sum || items.Count != list.items.Count) return false;
        for (var i = 0; i < items.Count; i++)
        {
            var isLastOfItsTime = i + 1 == items.Count || Items[i + 1].Time != Items[i].Time;
            if (Items[i].Time != list.Items[i].Time || (isLastOfItsTime && TotalOf(i + 1) != list.TotalOf(i + 1))) return false;
        }

        return true;
    }

    public override int GetHashCode() => HashCode.Combine(Floor, Count, Sum, items.Count);

    private AmountList Without(int first, long floor) => first == 0 && floor == Floor
        ? this
        : new AmountList(items.From(first), first == 0 ? before : Items[first - 1].Total, IsNeverNegative, Count, Sum, floor);

    private AmountList With(AmountItem item)
    {
        var place = OrderedItems.CountBefore(Items, item.Time + 1);
        var total = (place == 0 ? before : Items[place - 1].Total) + item.Amount;
        var isNeverNegative = IsNeverNegative && item.Amount >= 0;
        if (place == items.Count) return new AmountList(items.Insert(place, new RunningTotal(item.Time, total)), before, isNeverNegative, Count, Sum, Floor);

        // All totals after it are others.
        var copy = new RunningTotal[SharedItems<RunningTotal>.RoomFor(items.Count + 1)];
        Items[..place].CopyTo(copy);
        copy[place] = new RunningTotal(item.Time, total);
        for (var i = place; i < items.Count; i++) copy[i + 1] = new RunningTotal(Items[i].Time, Items[i].Total + item.Amount);
        return new AmountList(new SharedItems<RunningTotal>(copy, items.Count + 1), before, isNeverNegative, Count, Sum, Floor);
    }
}
