using System.Buffers;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// The events that match steps of a sequence, in the order of the timeline, and the number of first events that were completed and count for
/// good. <see cref="EventList.Floor"/> says from when on each first event is known to count or not.
/// </summary>
internal sealed class SequenceList(StepItem[] items, int settled, long droppedBefore, long openBefore, long floor) : EventList(floor)
{
    public static readonly SequenceList Empty = new([], 0, NoFloor, NoFloor, NoFloor);

    private volatile Completions? completions;

    public StepItem[] Items => items;

    public int Settled => settled;

    /// <summary>Events before this time were dropped, and those that arrive later are not taken in.</summary>
    public long DroppedBefore => droppedBefore;

    /// <summary>Among those dropped are first events that were not completed, all before this time.</summary>
    public long OpenBefore => openBefore;

    /// <summary>
    /// The times of the first events that are completed by what is here, ascending, and the instant by which all of them are; found when first asked
    /// for. Whoever shares the list asks for sequences of the same shape.
    /// </summary>
    public Completions CompletionsOf(SequenceShape shape) => completions ?? MakeCompletions(shape);

    private bool HasEvents => items.Length > 0 || droppedBefore != NoFloor;

    /// <summary>
    /// Takes in an event. <paramref name="reach"/> is the length of the window, null for ever; then <paramref name="enough"/> completed
    /// sequences decide for good. Null when the event makes no difference.
    /// </summary>
    public SequenceList? Add(StepItem item, SequenceShape shape, long arrival, long? reach, int enough, int most)
    {
        if (settled >= enough && reach is null) return null;
        var horizon = reach is { } length ? arrival - length : long.MinValue;
        if (item.Time < horizon) return null;
        if (item.Time < droppedBefore)
        {
            // It may follow or precede what was dropped.
            return item.Time < Floor ? null : new SequenceList(items, settled, droppedBefore, openBefore, item.Time + 1);
        }

        var floor = Floor;
        if (item.CanFollow && openBefore != NoFloor && (shape.Reach == SequenceShape.AnyDistance || item.Time < openBefore + shape.Reach))
            floor = Math.Max(floor, openBefore);
        var added = OrderedItems.Insert(items, item, OrderedItems.CountBefore<StepItem>(items, horizon));
        var (newSettled, dropped, open) = (settled, droppedBefore, openBefore);
        if (reach is null)
        {
            added = Settle(added, shape, arrival, ref newSettled);
            if (newSettled >= enough) return new SequenceList([], newSettled, NoFloor, NoFloor, NoFloor);
        }

        if (added.Length > most) added = Drop(added, shape, most, ref dropped, ref open, ref floor);
        if (dropped <= horizon) (dropped, open) = (NoFloor, NoFloor);
        return new SequenceList(added, newSettled, dropped, open, floor <= horizon ? NoFloor : floor);
    }

    // Events that one component has dropped may belong to sequences with the other's.
    public override EventList Combine(EventList other)
    {
        var right = (SequenceList)other;
        var floor = Math.Max(Floor, right.Floor);
        if (right.HasEvents) floor = Math.Max(floor, droppedBefore);
        if (HasEvents) floor = Math.Max(floor, right.DroppedBefore);
        return new SequenceList(
            OrderedItems.Merge(items, right.Items), settled + right.Settled, Math.Max(droppedBefore, right.DroppedBefore), Math.Max(openBefore, right.OpenBefore), floor);
    }

    public override bool Equals(EventList? other) => other is SequenceList list
        && Floor == list.Floor && settled == list.Settled && droppedBefore == list.DroppedBefore && openBefore == list.OpenBefore
        && items.AsSpan().SequenceEqual(list.Items);

    public override int GetHashCode() => HashCode.Combine(Floor, settled, droppedBefore, items.Length);

    private Completions MakeCompletions(SequenceShape shape)
    {
        var completed = ArrayPool<long>.Shared.Rent(items.Length);
        shape.Complete(items, completed);
        var (firsts, by) = (new List<long>(), NoFloor);
        for (var i = 0; i < items.Length; i++)
        {
            if (!items[i].IsFirst || completed[i] == FlipTime.Never) continue;
            firsts.Add(items[i].Time);
            by = Math.Max(by, completed[i]);
        }

        ArrayPool<long>.Shared.Return(completed);
        return completions = new Completions([.. firsts], by);
    }

    // What is complete by now stays complete: it is only counted from now on. Its event stays as far as it may follow another.
    private static StepItem[] Settle(StepItem[] items, SequenceShape shape, long arrival, ref int settled)
    {
        var completed = ArrayPool<long>.Shared.Rent(items.Length);
        shape.Complete(items, completed);
        List<StepItem>? kept = null;
        for (var i = 0; i < items.Length; i++)
        {
            var isSettled = completed[i] <= arrival;
            if (isSettled && kept is null) kept = [.. items.AsSpan(0, i)];
            if (isSettled) settled++;
            if (!isSettled) kept?.Add(items[i]);
            else if (items[i].CanFollow) kept!.Add(items[i] with { Steps = (byte)(items[i].Steps & ~1) });
        }

        ArrayPool<long>.Shared.Return(completed);
        return kept is null ? items : [.. kept];
    }

    // A first event that is dropped incomplete does not count, as long as nothing comes that may complete it.
    private static StepItem[] Drop(StepItem[] items, SequenceShape shape, int most, ref long dropped, ref long open, ref long floor)
    {
        var completed = ArrayPool<long>.Shared.Rent(items.Length);
        shape.Complete(items, completed);
        var kept = OrderedItems.Cut(items, most, ref dropped);
        for (var i = 0; i < items.Length - kept.Length; i++)
        {
            if (!items[i].IsFirst) continue;
            if (completed[i] == FlipTime.Never) open = Math.Max(open, items[i].Time + 1);
            else floor = Math.Max(floor, items[i].Time + 1);
        }

        ArrayPool<long>.Shared.Return(completed);
        return kept;
    }
}

/// <summary>The times of first events that are completed, ascending, and the instant by which all of them are.</summary>
internal sealed record Completions(long[] Firsts, long By);
