using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.ComputedTraits;

/// <summary>
/// What a component keeps of its events for one computed trait: those that count for good, folded into as few as say the same, and those whose
/// time is still to come or to pass, one by one, ascending. Items of a window are all single.
/// </summary>
internal sealed class TraitList(TraitItem[] settled, TraitItem[] items, long floor) : EventList(floor)
{
    public static readonly TraitList Empty = new([], [], NoFloor);

    public TraitItem[] Settled => settled;

    public TraitItem[] Items => items;

    /// <summary>
    /// Takes in an event of a window that reaches from one age to another; null when it makes no difference. Of what every later window holds or
    /// leaves out as a whole only that is kept which can decide the function.
    /// </summary>
    public TraitList? AddToWindow(TraitItem item, TraitFunction function, long arrival, long from, long to, int most)
    {
        var horizon = arrival - from;
        if (item.Time < horizon || item.Time < Floor) return null;
        var added = OrderedItems.Insert(items, item, OrderedItems.CountBefore<TraitItem>(items, horizon));
        added = TraitFolds.Thin(function, added, OrderedItems.CountBefore<TraitItem>(added, arrival - to + 1));
        var floor = Floor > horizon ? Floor : NoFloor;
        added = OrderedItems.Cut(added, most, ref floor);
        return floor == Floor && added.AsSpan().SequenceEqual(items) ? null : new TraitList([], added, floor);
    }

    /// <summary>
    /// Takes in an event that counts for good once its time has come; null when it makes no difference. Too many different values, or too many events
    /// ahead of the clock, leave nothing but a floor.
    /// </summary>
    public TraitList? AddForEver(TraitItem item, TraitFunction function, long arrival, int most)
    {
        if (Floor != NoFloor) return null;
        var reached = OrderedItems.CountBefore<TraitItem>(items, arrival + 1);
        var folded = settled;
        for (var i = 0; i < reached; i++) folded = TraitFolds.Settle(function, folded, items[i]);
        var ahead = reached == 0 ? items : items[reached..];
        if (item.Time <= arrival) folded = TraitFolds.Settle(function, folded, item);
        else ahead = OrderedItems.Insert(ahead, item);
        if (folded.Length + ahead.Length > most) return new TraitList([], [], long.MaxValue);
        return folded == settled && ahead == items ? null : new TraitList(folded, ahead, NoFloor);
    }

    public override EventList Combine(EventList other)
    {
        var right = (TraitList)other;
        return new TraitList(OrderedItems.Merge(settled, right.Settled), OrderedItems.Merge(items, right.Items), Math.Max(Floor, right.Floor));
    }

    public override bool Equals(EventList? other) => other is TraitList list
        && Floor == list.Floor && settled.AsSpan().SequenceEqual(list.Settled) && items.AsSpan().SequenceEqual(list.Items);

    public override int GetHashCode() => HashCode.Combine(Floor, settled.Length, items.Length);
}
