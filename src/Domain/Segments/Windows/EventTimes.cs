namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Ascending timestamps (microseconds), cut to those that can still decide a count. What is cut never changes an answer, whatever is added
/// later: min(count, enough) stays the same for every window that ends at or after the arrival.
/// </summary>
internal static class EventTimes
{
    /// <summary>From so many timestamps ahead of the clock on they are thinned.</summary>
    public const int AheadMax = 256;

    public static long[] Merge(long[] left, long[] right)
    {
        if (left.Length == 0) return right;
        if (right.Length == 0) return left;
        var merged = new long[left.Length + right.Length];
        left.CopyTo(merged, 0);
        right.CopyTo(merged, left.Length);
        Array.Sort(merged);
        return merged;
    }

    /// <summary>
    /// Adds an event that counts forever once reached: its <paramref name="enough"/> oldest timestamps say from when on there are enough.
    /// Null when the event makes no difference.
    /// </summary>
    public static long[]? AddForEver(ReadOnlySpan<long> times, long time, int enough)
    {
        if (times.Length >= enough && time >= times[enough - 1]) return null;
        var added = Insert(times, time);
        return added.Length > enough ? added[..enough] : added;
    }

    /// <summary>
    /// Adds an event that counts within a window. Of those not ahead of the arrival only the <paramref name="enough"/> newest are kept;
    /// those ahead (a client's fast clock) are all kept while they are few, and thinned beyond.
    /// Null when the event makes no difference.
    /// </summary>
    public static long[]? AddToWindow(ReadOnlySpan<long> times, long time, long arrival, int enough, long window)
    {
        var reached = CountThrough(times, arrival);
        if (time <= arrival && reached >= enough && time <= times[reached - enough]) return null;
        var added = Insert(times, time);
        if (time <= arrival) reached++;
        var surplus = Math.Max(0, reached - enough);
        if (added.Length - reached > AheadMax) return Thin(added, surplus, reached, enough, window);
        return surplus > 0 ? added[surplus..] : added;
    }

    /// <summary>How many are at or before an instant.</summary>
    public static int CountThrough(ReadOnlySpan<long> times, long instant)
    {
        int low = 0, high = times.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (times[middle] <= instant) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private static long[] Insert(ReadOnlySpan<long> times, long time)
    {
        var at = CountThrough(times, time);
        var added = new long[times.Length + 1];
        times[..at].CopyTo(added);
        added[at] = time;
        times[at..].CopyTo(added.AsSpan(at + 1));
        return added;
    }

    // Any window that touches one of the fixed stretches of its own length covers that stretch's beginning or its end. So of each
    // stretch the oldest and the newest, enough of each, say as much as all of them.
    private static long[] Thin(long[] times, int surplus, int reached, int enough, long window)
    {
        var length = Math.Max(window, 1);
        var kept = new List<long>(times.Length);
        kept.AddRange(times.AsSpan(surplus, reached - surplus));
        for (int from = reached, to; from < times.Length; from = to)
        {
            var stretch = times[from] / length;
            for (to = from + 1; to < times.Length && times[to] / length == stretch;) to++;
            var oldest = Math.Min(to, from + enough);
            kept.AddRange(times.AsSpan(from, oldest - from));
            kept.AddRange(times.AsSpan(Math.Max(oldest, to - enough), to - Math.Max(oldest, to - enough)));
        }

        return [.. kept];
    }
}
