using System.Buffers;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// The events that match steps of a sequence, in the order of the timeline, and the number of first events that were completed and count for
/// good. <see cref="EventList.Floor"/> says from when on each first event is known to count or not.
/// </summary>
internal sealed class SequenceList(SharedItems<StepItem> items, int settled, long droppedBefore, long openBefore, long floor) : EventList(floor)
{
    public static readonly SequenceList Empty = new(default, 0, NoFloor, NoFloor, NoFloor);

    private volatile Completions? completions;

    public ReadOnlySpan<StepItem> Items => items.Span;

    public int Settled => settled;

    /// <summary>Events before this time were dropped, and those that arrive later are not taken in.</summary>
    public long DroppedBefore => droppedBefore;

    /// <summary>Among those dropped are first events that were not completed, all before this time.</summary>
    public long OpenBefore => openBefore;

    private bool HasEvents => items.Count > 0 || droppedBefore != NoFloor;

    /// <summary>
    /// The first events that are completed by what is here; found when first asked for, or known from the list before. Whoever shares the list asks
    /// for sequences of the same shape.
    /// </summary>
    public Completions CompletionsOf(SequenceShape shape) => completions ??= Completions.Of(Items, shape);

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
            return item.Time < Floor ? null : new SequenceList(items, settled, droppedBefore, openBefore, item.Time + 1) { completions = completions };
        }

        var floor = Floor;
        if (item.CanFollow && openBefore != NoFloor && (shape.Reach == SequenceShape.AnyDistance || item.Time < openBefore + shape.Reach))
            floor = Math.Max(floor, openBefore);
        var (added, completed) = Take(item, shape, horizon);
        var (newSettled, dropped, open) = (settled, droppedBefore, openBefore);
        if (reach is null && completed is not { Firsts.Length: 0 })
        {
            (added, completed) = Settle(added, shape, arrival, ref newSettled);
            if (newSettled >= enough) return new SequenceList(default, newSettled, NoFloor, NoFloor, NoFloor);
        }

        if (added.Count > most)
        {
            completed ??= Completions.Of(added.Span, shape);
            var first = Drop(added.Span, completed.Firsts, most, ref dropped, ref open, ref floor);
            (added, completed) = (added.From(first), completed.Without(first, dropped));
        }

        if (dropped <= horizon) (dropped, open) = (NoFloor, NoFloor);
        return new SequenceList(added, newSettled, dropped, open, floor <= horizon ? NoFloor : floor) { completions = completed };
    }

    // Events that one component has dropped may belong to sequences with the other's.
    public override EventList Combine(EventList other)
    {
        var right = (SequenceList)other;
        var floor = Math.Max(Floor, right.Floor);
        if (right.HasEvents) floor = Math.Max(floor, droppedBefore);
        if (HasEvents) floor = Math.Max(floor, right.DroppedBefore);
        return new SequenceList(
            new SharedItems<StepItem>(OrderedItems.Merge(Items, right.Items)),
            settled + right.Settled,
            Math.Max(droppedBefore, right.DroppedBefore),
            Math.Max(openBefore, right.OpenBefore),
            floor);
    }

    public override bool Equals(EventList? other) => other is SequenceList list
        && Floor == list.Floor && settled == list.Settled && droppedBefore == list.DroppedBefore && openBefore == list.OpenBefore
        && Items.SequenceEqual(list.Items);

    public override int GetHashCode() => HashCode.Combine(Floor, settled, droppedBefore, items.Count);

    // The items from the horizon on with one more, and what it completes, if that is known without looking at all of them.
    private (SharedItems<StepItem> Items, Completions? Completions) Take(StepItem item, SequenceShape shape, long horizon)
    {
        var gone = OrderedItems.CountBefore(Items, horizon);
        var kept = items.From(gone);
        var place = OrderedItems.PlaceOf(kept.Span, item);
        var added = kept.Insert(place, item);
        return (added, place == kept.Count ? completions?.Without(gone, horizon).With(added.Span, shape) : null);
    }

    // What is complete by now stays complete: it is only counted from now on. Its event stays as far as it may follow another.
    private static (SharedItems<StepItem> Items, Completions? Completions) Settle(SharedItems<StepItem> items, SequenceShape shape, long arrival, ref int settled)
    {
        var completed = ArrayPool<long>.Shared.Rent(items.Count);
        shape.Complete(items.Span, completed);
        List<StepItem>? kept = null;
        var (pending, openFrom) = (0, 0);
        for (var i = 0; i < items.Count; i++)
        {
            var item = items.Span[i];
            var isSettled = completed[i] <= arrival;
            if (isSettled) kept ??= [.. items.Span[..i]];
            if (isSettled) settled++;
            else if (completed[i] != FlipTime.Never) pending++;
            if (!isSettled) kept?.Add(item);
            else if (item.CanFollow) kept!.Add(item with { Steps = (byte)(item.Steps & ~1) });
            if (isSettled) openFrom = kept!.Count;
        }

        ArrayPool<long>.Shared.Return(completed);
        return (kept is null ? items : new SharedItems<StepItem>([.. kept]), pending == 0 ? Completions.None(openFrom) : null);
    }

    // How many to drop. A first event that is dropped incomplete does not count, as long as nothing comes that may complete it.
    private static int Drop(ReadOnlySpan<StepItem> items, ReadOnlySpan<long> completed, int most, ref long dropped, ref long open, ref long floor)
    {
        var first = OrderedItems.CountToCut(items, most, ref dropped);
        for (int i = 0, known = 0; i < first; i++)
        {
            if (!items[i].IsFirst) continue;
            if (known < completed.Length && completed[known] == items[i].Time) floor = Math.Max(floor, completed[known++] + 1);
            else open = Math.Max(open, items[i].Time + 1);
        }

        return first;
    }
}
