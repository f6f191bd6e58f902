using System.Buffers;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// The instants at which something begins to count and at which it ends to, each ascending, in borrowed memory that must be given back.
/// </summary>
internal readonly ref struct Presence
{
    private readonly long[] enters;
    private readonly long[] exits;
    private readonly int entering;
    private readonly int leaving;

    private Presence(long[] enters, int entering, long[] exits, int leaving)
    {
        (this.enters, this.entering, this.exits, this.leaving) = (enters, entering, exits, leaving);
        enters.AsSpan(0, entering).Sort();
        exits.AsSpan(0, leaving).Sort();
    }

    private ReadOnlySpan<long> Enters => enters.AsSpan(0, entering);

    private ReadOnlySpan<long> Exits => exits.AsSpan(0, leaving);

    /// <summary>Of different values: each counts while one of its times is in the window.</summary>
    public static Presence Of(ReadOnlySpan<ValueItem> items, EventWindow window)
    {
        var sorted = ArrayPool<ValueItem>.Shared.Rent(items.Length);
        var (enters, exits) = (ArrayPool<long>.Shared.Rent(items.Length), ArrayPool<long>.Shared.Rent(items.Length));
        items.CopyTo(sorted);
        var byValue = sorted.AsSpan(0, items.Length);
        byValue.Sort(static (a, b) => a.Value != b.Value ? a.Value.CompareTo(b.Value) : a.Time.CompareTo(b.Time));
        int entering = 0, leaving = 0;
        for (var i = 0; i < byValue.Length; i++)
        {
            // A value goes on counting if its next event comes in before this one is out.
            if (i == 0 || byValue[i - 1].Value != byValue[i].Value || window.Enter(byValue[i].Time) > window.Exit(byValue[i - 1].Time))
                enters[entering++] = window.Enter(byValue[i].Time);
            var exit = window.Exit(byValue[i].Time);
            var isLast = i + 1 == byValue.Length || byValue[i + 1].Value != byValue[i].Value || window.Enter(byValue[i + 1].Time) > exit;
            if (isLast && exit != FlipTime.Never) exits[leaving++] = exit;
        }

        ArrayPool<ValueItem>.Shared.Return(sorted);
        return new Presence(enters, entering, exits, leaving);
    }

    /// <summary>Of sequences: a first event counts while it is in the window, once its sequence is complete.</summary>
    public static Presence Of(ReadOnlySpan<StepItem> items, SequenceShape shape, EventWindow window)
    {
        var completed = ArrayPool<long>.Shared.Rent(items.Length);
        var (enters, exits) = (ArrayPool<long>.Shared.Rent(items.Length), ArrayPool<long>.Shared.Rent(items.Length));
        shape.Complete(items, completed);
        int entering = 0, leaving = 0;
        for (var i = 0; i < items.Length; i++)
        {
            if (completed[i] == FlipTime.Never) continue;
            var (enter, exit) = (Math.Max(window.Enter(items[i].Time), completed[i]), window.Exit(items[i].Time));
            if (enter >= exit) continue;
            enters[entering++] = enter;
            if (exit != FlipTime.Never) exits[leaving++] = exit;
        }

        ArrayPool<long>.Shared.Return(completed);
        return new Presence(enters, entering, exits, leaving);
    }

    /// <summary>How many count at an instant.</summary>
    public int CountAt(long now) => EventTimes.CountThrough(Enters, now) - EventTimes.CountThrough(Exits, now);

    /// <summary>The first instant after now at which the comparison of the number, and as many more, has another result than now.</summary>
    public long NextFlip(EventCount count, int more, long now)
    {
        int entered = EventTimes.CountThrough(Enters, now), gone = EventTimes.CountThrough(Exits, now);
        var holds = count.Holds(more + entered - gone);
        while (true)
        {
            var next = Math.Min(entered < entering ? enters[entered] : FlipTime.Never, gone < leaving ? exits[gone] : FlipTime.Never);
            if (next == FlipTime.Never) return next;
            while (entered < entering && enters[entered] == next) entered++;
            while (gone < leaving && exits[gone] == next) gone++;
            if (count.Holds(more + entered - gone) != holds) return next;
        }
    }

    public void Dispose()
    {
        ArrayPool<long>.Shared.Return(enters);
        ArrayPool<long>.Shared.Return(exits);
    }
}
