namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Ascending timestamps (microseconds), cut to those that can still decide a count. What is cut never changes an answer, whatever is added
/// later: min(count, enough) stays the same for every window that ends at or after the arrival.
/// </summary>
internal static class EventTimes
{
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
        return Insert(times, time, 0, Math.Min(enough, times.Length + 1));
    }

    /// <summary>
    /// Adds an event that counts within a window. Of those not ahead of the arrival only the <paramref name="enough"/> newest are kept, of
    /// those ahead (of a window that ends before now, or of a client's fast clock) as many for each end of each stretch of time.
    /// Null when the event makes no difference.
    /// </summary>
    public static long[]? AddToWindow(ReadOnlySpan<long> times, long time, long arrival, int enough, long window)
    {
        var reached = CountThrough(times, arrival);
        if (time <= arrival && reached >= enough && time <= times[reached - enough]) return null;
        var from = Math.Max(0, time <= arrival ? reached + 1 - enough : reached - enough);
        var added = Insert(times, time, from, times.Length + 1);
        return time <= arrival ? added : Thin(added, reached - from, time, enough, window);
    }

    /// <summary>How many are at or before an instant.</summary>
    public static int CountThrough(ReadOnlySpan<long> times, long instant)
    {
        if (times.Length == 0 || times[0] > instant) return 0;
        if (times[^1] <= instant) return times.Length;
        int low = 1, high = times.Length - 1;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (times[middle] <= instant) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    // What inserting the timestamp makes of them, from one place to another.
    private static long[] Insert(ReadOnlySpan<long> times, long time, int from, int to)
    {
        var at = CountThrough(times, time);
        var added = new long[to - from];
        if (at > from) times[from..Math.Min(at, to)].CopyTo(added);
        if (at >= from && at < to) added[at - from] = time;
        var rest = Math.Max(from, at + 1);
        if (rest < to) times[(rest - 1)..(to - 1)].CopyTo(added.AsSpan(rest - from));
        return added;
    }

    // Any window that touches one of the fixed stretches of its own length covers that stretch's beginning or its end. So of each
    // stretch the oldest and the newest, enough of each, say as much as all of them. Only the stretch of what was added has become longer.
    private static long[] Thin(long[] times, int reached, long added, int enough, long window)
    {
        var length = Math.Max(window, 1);
        var begin = added - (((added % length) + length) % length);
        var first = Math.Max(reached, CountThrough(times, begin - 1));
        var end = CountThrough(times, begin + (length - 1));
        return end - first <= 2 * enough ? times : [.. times.AsSpan(0, first + enough), .. times.AsSpan(end - enough)];
    }
}
