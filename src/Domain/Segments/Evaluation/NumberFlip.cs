namespace CdpPipeline.Domain.Segments;

/// <summary>When the comparison of a number of instants in a window has another result. Pure.</summary>
internal static class NumberFlip
{
    /// <summary>
    /// The first instant at which it has. The times are ascending; so many of them have entered the window by now and so many have left it again, and
    /// <paramref name="more"/> count besides for good.
    /// </summary>
    public static long Next(ReadOnlySpan<long> times, EventWindow window, EventCount count, int entered, int gone, int more = 0)
    {
        if (entered == times.Length && count.IsOrder) return WhenFewer(times, window, count, entered, gone, more);
        var holds = count.Holds(more + entered - gone);
        while (true)
        {
            var entry = entered < times.Length ? window.Enter(times[entered]) : FlipTime.Never;
            var exit = gone < times.Length ? window.Exit(times[gone]) : FlipTime.Never;
            var next = Math.Min(entry, exit);
            if (next == FlipTime.Never) return next;
            while (entered < times.Length && window.Enter(times[entered]) == next) entered++;
            while (gone < times.Length && window.Exit(times[gone]) == next) gone++;
            if (count.Holds(more + entered - gone) != holds) return next;
        }
    }

    // Nothing enters any more: the number only falls, and the one that decides is known.
    private static long WhenFewer(ReadOnlySpan<long> times, EventWindow window, EventCount count, int entered, int gone, int more)
    {
        var left = count.TurnsAt(more + entered - gone) - more;
        return left < 0 ? FlipTime.Never : window.Exit(times[entered - left - 1]);
    }
}
