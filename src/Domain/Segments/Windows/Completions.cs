using System.Buffers;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Which first events of a list of steps are completed. Immutable. Known on from one list to the next as long as items come at the end: what is
/// complete stays so, and one more item completes none before the last that is. For where an earlier first event were completed by a later
/// item, the two ways would cross, and from where they do, the earlier could as well have gone on the later's way.
/// </summary>
internal sealed class Completions
{
    private readonly SharedItems<long> firsts;

    // No item before this place is a first event that may still be completed.
    private readonly int openFrom;

    private Completions(SharedItems<long> firsts, long by, int openFrom)
    {
        this.firsts = firsts;
        this.openFrom = openFrom;
        By = by;
    }

    /// <summary>The times of the first events that are completed, ascending.</summary>
    public ReadOnlySpan<long> Firsts => firsts.Span;

    /// <summary>An instant by which all of them are.</summary>
    public long By { get; }

    /// <summary>None is completed, and none before a place will be by what comes at the end.</summary>
    public static Completions None(int openFrom) => new(default, EventList.NoFloor, openFrom);

    /// <summary>Found by looking at all items.</summary>
    public static Completions Of(ReadOnlySpan<StepItem> items, SequenceShape shape) => None(0).Among(items, 0, shape);

    /// <summary>The same for the items with one more at the end.</summary>
    public Completions With(ReadOnlySpan<StepItem> items, SequenceShape shape)
    {
        if (!shape.IsLast(items[^1])) return this;
        var reached = shape.Reach == SequenceShape.AnyDistance ? 0 : OrderedItems.CountBefore(items, items[^1].Time - shape.Reach);
        return Among(items, Math.Max(openFrom, reached), shape);
    }

    /// <summary>The same without so many items, which are those before an instant.</summary>
    public Completions Without(int gone, long instant) => gone == 0
        ? this
        : new Completions(firsts.From(EventTimes.CountThrough(Firsts, instant - 1)), By, Math.Max(0, openFrom - gone));

    private Completions Among(ReadOnlySpan<StepItem> items, int from, SequenceShape shape)
    {
        while (from < items.Length && !items[from].IsFirst) from++;
        var open = items[from..];
        var completed = ArrayPool<long>.Shared.Rent(open.Length);
        shape.Complete(open, completed);
        var (found, by) = (firsts, By);
        for (var i = 0; i < open.Length; i++)
        {
            if (completed[i] == FlipTime.Never) continue;
            found = found.Insert(found.Count, open[i].Time);
            by = Math.Max(by, completed[i]);
            from = items.Length - open.Length + i + 1;
        }

        ArrayPool<long>.Shared.Return(completed);
        return new Completions(found, by, from);
    }
}
