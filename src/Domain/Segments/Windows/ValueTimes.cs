namespace CdpPipeline.Domain.Segments;

/// <summary>That a value (128 bits of its hash) came at a time.</summary>
internal readonly record struct ValueItem(long Time, UInt128 Value) : IEventItem, IComparable<ValueItem>
{
    public int CompareTo(ValueItem other) => Time != other.Time ? Time.CompareTo(other.Time) : Value.CompareTo(other.Value);
}

/// <summary>When different values came, ascending by time, cut to what can still decide how many there are.</summary>
internal sealed class ValueTimes(ValueItem[] items, long floor) : EventList(floor)
{
    public static readonly ValueTimes Empty = new([], NoFloor);

    public ValueItem[] Items => items;

    /// <summary>
    /// Takes in a value of a window whose newer end lies at <paramref name="arrival"/> at the earliest. Of what is not ahead of that end, a
    /// value's newest time says all, and <paramref name="enough"/> values decide. Null when the value makes no difference.
    /// </summary>
    public ValueTimes? AddToWindow(ValueItem item, long arrival, long window, int enough, int most)
    {
        var horizon = arrival - window;
        if (item.Time < horizon || item.Time < Floor) return null;
        var reached = OrderedItems.CountBefore<ValueItem>(items, arrival + 1);
        var all = OrderedItems.Insert(items, item);
        if (item.Time <= arrival) reached++;
        var kept = new List<ValueItem>(all.Length);
        var seen = new HashSet<UInt128>();
        for (var i = all.Length - 1; i >= 0; i--)
        {
            if (i >= reached) kept.Add(all[i]);
            else if (seen.Count == enough || all[i].Time < horizon) break;
            else if (seen.Add(all[i].Value)) kept.Add(all[i]);
        }

        kept.Reverse();
        var floor = Floor > horizon ? Floor : NoFloor;
        ValueItem[] cut = OrderedItems.Cut<ValueItem>([.. kept], most, ref floor);
        return floor == Floor && cut.AsSpan().SequenceEqual(items) ? null : new ValueTimes(cut, floor);
    }

    /// <summary>Takes in a value that counts for good: its oldest time says all, and the <paramref name="enough"/> oldest values decide.</summary>
    public ValueTimes? AddForEver(ValueItem item, int enough)
    {
        foreach (var known in items)
        {
            if (known.Value == item.Value && known.Time <= item.Time) return null;
        }

        if (items.Length >= enough && item.CompareTo(items[^1]) > 0) return null;
        var others = Array.FindAll(items, known => known.Value != item.Value);
        var added = OrderedItems.Insert(others, item);
        return new ValueTimes(added.Length > enough ? added[..enough] : added, NoFloor);
    }

    public override EventList Combine(EventList other) =>
        new ValueTimes(OrderedItems.Merge(items, ((ValueTimes)other).Items), Math.Max(Floor, other.Floor));

    public override bool Equals(EventList? other) => other is ValueTimes list && Floor == list.Floor && items.AsSpan().SequenceEqual(list.Items);

    public override int GetHashCode() => HashCode.Combine(Floor, items.Length);
}
