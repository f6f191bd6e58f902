using System.Buffers;

namespace CdpPipeline.Domain.Segments;

/// <summary>How far the events of a sequence may lie apart: for each step after the first the greatest distance from the one before (microseconds).</summary>
internal sealed class SequenceShape(long[] distances)
{
    /// <summary>Of a step that may follow any time later.</summary>
    public const long AnyDistance = long.MaxValue;

    /// <summary>Events of the sequence, the first one counted.</summary>
    public int Steps => distances.Length + 1;

    /// <summary>From the first event to the last at most.</summary>
    public long Reach { get; } = Array.Exists(distances, each => each == AnyDistance) ? AnyDistance : distances.Sum();

    /// <summary>Whether an item may be the last event.</summary>
    public bool IsLast(in StepItem item) => Matches(item, Steps - 1);

    /// <summary>
    /// For each item, in the order of the timeline, the time of the event that first completes a sequence which the item begins;
    /// <see cref="FlipTime.Never"/> where none does.
    /// </summary>
    public void Complete(ReadOnlySpan<StepItem> items, Span<long> completed)
    {
        // Backwards, step by step: when is a sequence complete whose step so and so is this item?
        for (var i = 0; i < items.Length; i++) completed[i] = Matches(items[i], Steps - 1) ? items[i].Time : FlipTime.Never;
        var window = ArrayPool<int>.Shared.Rent(items.Length);
        var following = ArrayPool<long>.Shared.Rent(items.Length);
        for (var step = Steps - 2; step >= 0; step--)
        {
            completed[..items.Length].CopyTo(following);
            Precede(items, following, completed, step, distances[step], window);
        }

        ArrayPool<int>.Shared.Return(window);
        ArrayPool<long>.Shared.Return(following);
    }

    /// <summary>The items that complete a sequence earliest, from the one given, which begins it and is completed at that time.</summary>
    public List<int> Follow(ReadOnlySpan<StepItem> items, int first, long completedAt)
    {
        // Forwards: all that can be reached from the first at each step, with where it was reached from.
        var from = new int[Steps][];
        var reached = new List<int> { first };
        for (var step = 1; step < Steps; step++)
        {
            from[step] = new int[items.Length];
            Array.Fill(from[step], -1);
            var next = new List<int>();
            foreach (var i in reached)
            {
                for (var j = i + 1; j < items.Length && Gap(items[i], items[j]) <= distances[step - 1] && items[j].Time <= completedAt; j++)
                {
                    if (!Matches(items[j], step) || from[step][j] >= 0) continue;
                    from[step][j] = i;
                    next.Add(j);
                }
            }

            reached = next;
        }

        var way = new List<int> { reached.Min() };
        for (var step = Steps - 1; step > 0; step--) way.Add(from[step][way[^1]]);
        way.Reverse();
        return way;
    }

    private static bool Matches(in StepItem item, int step) => (item.Steps >> step & 1) != 0;

    private static long Gap(in StepItem earlier, in StepItem later) => later.Time - earlier.Time;

    // When sequences from a step on are complete, given when those from the next step on are. The earliest of those within reach slides along:
    // the window holds candidates from near to far, each of which is complete earlier than all nearer ones.
    private static void Precede(ReadOnlySpan<StepItem> items, long[] following, Span<long> completed, int step, long distance, int[] window)
    {
        int near = items.Length, far = items.Length;
        for (var i = items.Length - 1; i >= 0; i--)
        {
            while (near < far && Gap(items[i], items[window[far - 1]]) > distance) far--;
            completed[i] = near < far && Matches(items[i], step) ? following[window[far - 1]] : FlipTime.Never;
            if (following[i] == FlipTime.Never) continue;
            while (near < far && following[window[near]] >= following[i]) near++;
            // An emptied window begins again at its end, so that there is always room before it.
            if (near == far) near = far = items.Length;
            window[--near] = i;
        }
    }
}
