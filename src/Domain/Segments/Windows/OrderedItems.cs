namespace CdpPipeline.Domain.Segments;

/// <summary>An item of an event list; items are ordered by their time first.</summary>
internal interface IEventItem
{
    /// <summary>Microseconds.</summary>
    long Time { get; }
}

/// <summary>Works on ascending arrays of items. Nothing changes an array that is given.</summary>
internal static class OrderedItems
{
    public static T[] Merge<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right)
        where T : struct, IEventItem, IComparable<T>
    {
        var merged = new T[left.Length + right.Length];
        for (int i = 0, j = 0, at = 0; at < merged.Length; at++)
        {
            merged[at] = j == right.Length || (i < left.Length && left[i].CompareTo(right[j]) <= 0) ? left[i++] : right[j++];
        }

        return merged;
    }

    /// <summary>With one more item, and without the first <paramref name="from"/>, which must be older than it.</summary>
    public static T[] Insert<T>(T[] items, T item, int from = 0)
        where T : struct, IEventItem, IComparable<T>
    {
        var place = PlaceOf(items, item);
        var inserted = new T[items.Length + 1 - from];
        items.AsSpan(from, place - from).CopyTo(inserted);
        inserted[place - from] = item;
        items.AsSpan(place).CopyTo(inserted.AsSpan(place - from + 1));
        return inserted;
    }

    /// <summary>Where an item belongs: after all that are not above it.</summary>
    public static int PlaceOf<T>(ReadOnlySpan<T> items, T item)
        where T : struct, IComparable<T>
    {
        // Most come in their order.
        if (items.Length == 0 || items[^1].CompareTo(item) <= 0) return items.Length;
        int low = 0, high = items.Length - 1;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (items[middle].CompareTo(item) <= 0) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>How many are before an instant.</summary>
    public static int CountBefore<T>(ReadOnlySpan<T> items, long instant)
        where T : struct, IEventItem
    {
        // Mostly it is none or all, and what lies between is not in the processor's cache.
        if (items.Length == 0 || items[0].Time >= instant) return 0;
        if (items[^1].Time < instant) return items.Length;
        int low = 1, high = items.Length - 1;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (items[middle].Time < instant) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>Those at or after an instant.</summary>
    public static ReadOnlySpan<T> From<T>(ReadOnlySpan<T> items, long instant)
        where T : struct, IEventItem => items[CountBefore(items, instant)..];

    /// <summary>
    /// Cuts a list that is longer than <paramref name="most"/> to its newest and raises the floor above what was cut. Of items with the same
    /// time either all stay or none, so that the list is complete from its floor on.
    /// </summary>
    public static T[] Cut<T>(T[] items, int most, ref long floor)
        where T : struct, IEventItem => items.Length <= most ? items : items[CountToCut<T>(items, most, ref floor)..];

    /// <summary>How many of the first <see cref="Cut"/> leaves out of a list that is longer than <paramref name="most"/>.</summary>
    public static int CountToCut<T>(ReadOnlySpan<T> items, int most, ref long floor)
        where T : struct, IEventItem
    {
        floor = Math.Max(floor, items[items.Length - most - 1].Time + 1);
        return CountBefore(items, floor);
    }
}
