namespace CdpPipeline.Domain.Segments;

/// <summary>The amount (billionths) that an event brought at a time.</summary>
internal readonly record struct AmountItem(long Time, Int128 Amount) : IEventItem, IComparable<AmountItem>
{
    public int CompareTo(AmountItem other) => Time != other.Time ? Time.CompareTo(other.Time) : Amount.CompareTo(other.Amount);
}

/// <summary>The amounts of single events, ascending by time, and the sum of those that count for good.</summary>
internal sealed class AmountList(AmountItem[] items, long count, Int128 sum, long floor) : EventList(floor)
{
    public static readonly AmountList Empty = new([], 0, 0, NoFloor);

    private volatile Int128[]? totals;
    private bool isNeverNegative;

    public AmountItem[] Items => items;

    /// <summary>How many amounts are in <see cref="Sum"/>.</summary>
    public long Count => count;

    public Int128 Sum => sum;

    /// <summary>Whether no amount is negative: then fewer of them never make more.</summary>
    public bool IsNeverNegative
    {
        get
        {
            _ = Totals;
            return isNeverNegative;
        }
    }

    /// <summary>The sums of the first none, one, two … items; made when first asked for.</summary>
    public Int128[] Totals => totals ?? MakeTotals();

    /// <summary>Takes in an event of a window that reaches back by so much; null when it makes no difference.</summary>
    public AmountList? AddToWindow(AmountItem item, long arrival, long reach, int most)
    {
        var horizon = arrival - reach;
        if (item.Time < horizon || item.Time < Floor) return null;
        var added = OrderedItems.Insert(items, item, OrderedItems.CountBefore<AmountItem>(items, horizon));
        var floor = Floor > horizon ? Floor : NoFloor;
        added = OrderedItems.Cut(added, most, ref floor);
        return new AmountList(added, 0, 0, floor);
    }

    /// <summary>
    /// Takes in an event that counts for good once its time has come; null when it makes no difference. Too many ahead of the clock leave
    /// nothing but a floor.
    /// </summary>
    public AmountList? AddForEver(AmountItem item, long arrival, int most)
    {
        if (Floor != NoFloor) return null;
        var reached = OrderedItems.CountBefore<AmountItem>(items, arrival + 1);
        var (total, number) = (sum, count);
        for (var i = 0; i < reached; i++) (total, number) = (total + items[i].Amount, number + 1);
        var ahead = reached == 0 ? items : items[reached..];
        if (item.Time <= arrival) return new AmountList(ahead, number + 1, total + item.Amount, NoFloor);
        return ahead.Length < most ? new AmountList(OrderedItems.Insert(ahead, item), number, total, NoFloor) : new AmountList([], 0, 0, long.MaxValue);
    }

    public override EventList Combine(EventList other)
    {
        var right = (AmountList)other;
        return new AmountList(OrderedItems.Merge(items, right.Items), count + right.Count, sum + right.Sum, Math.Max(Floor, right.Floor));
    }

    public override bool Equals(EventList? other) => other is AmountList list
        && Floor == list.Floor && count == list.Count && sum == list.Sum && items.AsSpan().SequenceEqual(list.Items);

    public override int GetHashCode() => HashCode.Combine(Floor, count, sum, items.Length);

    private Int128[] MakeTotals()
    {
        var sums = new Int128[items.Length + 1];
        var never = true;
        for (var i = 0; i < items.Length; i++)
        {
            sums[i + 1] = sums[i] + items[i].Amount;
            never &= items[i].Amount >= 0;
        }

        isNeverNegative = never;
        return totals = sums;
    }
}
