namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Items in an order, seen as a part of an array that lists share which grew one out of the other. Never changes: only the newest list of an array
/// adds to it in place, beyond what any other sees; whoever else adds, or adds elsewhere, copies. So adding at the end and dropping from the
/// front cost the same for few items as for many. An array is at most twice as long as what is seen of it, and eight items more. Safe for
/// concurrent use.
/// </summary>
internal readonly struct SharedItems<T>
    where T : struct
{
    // Up to so many a copy costs less than keeping room would.
    private const int Few = 8;

    private readonly T[]? array;
    private readonly Filling? filling;
    private readonly int start;

    /// <summary>The array must not be changed any more.</summary>
    public SharedItems(T[] items)
        : this(items, null, 0, items.Length)
    {
    }

    /// <summary>The first so many of an array that nobody else has; what is behind them is room.</summary>
    public SharedItems(T[] array, int count)
        : this(array, count == array.Length ? null : new Filling(count), 0, count)
    {
    }

    private SharedItems(T[] array, Filling? filling, int start, int count)
    {
        this.array = array;
        this.filling = filling;
        this.start = start;
        Count = count;
    }

    public int Count { get; }

    public ReadOnlySpan<T> Span => array.AsSpan(start, Count);

    /// <summary>The length of the array behind it.</summary>
    public int Room => array?.Length ?? 0;

    /// <summary>Without the first so many.</summary>
    public SharedItems<T> From(int from)
    {
        if (from == 0) return this;
        var left = Count - from;
        return array!.Length > (2 * left) + Few ? new SharedItems<T>(Span[from..].ToArray()) : new SharedItems<T>(array, filling, start + from, left);
    }

    /// <summary>With one more item before the one at a place, or at the end.</summary>
    public SharedItems<T> Insert(int place, T item)
    {
        var end = start + Count;
        if (place == Count && filling is not null && end < array!.Length && filling.TryTake(end))
        {
            array[end] = item;
            return new SharedItems<T>(array, filling, start, Count + 1);
        }

        var copy = new T[RoomFor(Count + 1)];
        Span[..place].CopyTo(copy);
        copy[place] = item;
        Span[place..].CopyTo(copy.AsSpan(place + 1));
        return new SharedItems<T>(copy, Count + 1);
    }

    /// <summary>How long to make an array for so many items, that more may follow.</summary>
    public static int RoomFor(int count) => count <= Few ? count : count + (count / 2);

    /// <summary>How far an array is filled: each place is taken once.</summary>
    private sealed class Filling(int filled)
    {
        private int filled = filled;

        public bool TryTake(int place) => Interlocked.CompareExchange(ref filled, place + 1, place) == place;
    }
}
