namespace CdpPipeline.Domain.Segments;

/// <summary>
/// What a component's events have contributed to the event conditions: for each condition, by its number, the timestamps (microseconds,
/// ascending) that can decide it. Immutable and compact; a condition that no event matched has no entry.
/// </summary>
public sealed class WindowSet : IEquatable<WindowSet>
{
    private readonly Entry[] entries;

    internal WindowSet(int knownThrough, Entry[] entries)
    {
        KnownThrough = knownThrough;
        this.entries = entries;
    }

    /// <summary>
    /// The state includes all of the component's events for every condition up to this number. A condition with a higher number has to be
    /// computed by reading the log again (<see cref="SegmentCatalog.ObserveFrom"/>).
    /// </summary>
    public int KnownThrough { get; }

    /// <summary>By ascending condition number.</summary>
    internal ReadOnlySpan<Entry> Entries => entries;

    /// <summary>The state of a component without events (that matched anything), for conditions up to this number; 0 knows none.</summary>
    public static WindowSet Empty(int knownThrough) => new(knownThrough, []);

    /// <summary>
    /// The state of the components together: it knows what all of them know. Commutative and associative, so the order in which
    /// components were absorbed makes no difference. No components together know everything.
    /// </summary>
    public static WindowSet Combine(IEnumerable<WindowSet> components)
    {
        WindowSet? sum = null;
        foreach (var component in components) sum = sum is null ? component : Combine(sum, component);
        return sum ?? Empty(int.MaxValue);
    }

    /// <inheritdoc cref="Combine(IEnumerable{WindowSet})"/>
    public static WindowSet Combine(WindowSet left, WindowSet right)
    {
        var known = Math.Min(left.KnownThrough, right.KnownThrough);
        var sum = new List<Entry>(left.entries.Length + right.entries.Length);
        int i = 0, j = 0;
        while (i < left.entries.Length || j < right.entries.Length)
        {
            var order = i == left.entries.Length ? 1
                : j == right.entries.Length ? -1
                : left.entries[i].Condition.CompareTo(right.entries[j].Condition);
            var entry = order < 0 ? left.entries[i++]
                : order > 0 ? right.entries[j++]
                : new Entry(left.entries[i].Condition, EventTimes.Merge(left.entries[i++].Times, right.entries[j++].Times));
            if (entry.Condition <= known) sum.Add(entry);
        }

        return new WindowSet(known, [.. sum]);
    }

    /// <summary>The timestamps kept for a condition, ascending; none when nothing matched it.</summary>
    public ReadOnlySpan<long> Times(int condition)
    {
        var index = IndexOf(condition);
        return index < 0 ? [] : entries[index].Times;
    }

    public bool Equals(WindowSet? other)
    {
        if (other is null || KnownThrough != other.KnownThrough || entries.Length != other.entries.Length) return false;
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i].Condition != other.entries[i].Condition || !entries[i].Times.AsSpan().SequenceEqual(other.entries[i].Times)) return false;
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as WindowSet);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(KnownThrough);
        foreach (var entry in entries)
        {
            hash.Add(entry.Condition);
            foreach (var time in entry.Times) hash.Add(time);
        }

        return hash.ToHashCode();
    }

    internal WindowSet With(int condition, long[] times)
    {
        var index = IndexOf(condition);
        if (index >= 0)
        {
            var changed = (Entry[])entries.Clone();
            changed[index] = new Entry(condition, times);
            return new WindowSet(KnownThrough, changed);
        }

        var at = ~index;
        var grown = new Entry[entries.Length + 1];
        entries.AsSpan(0, at).CopyTo(grown);
        grown[at] = new Entry(condition, times);
        entries.AsSpan(at).CopyTo(grown.AsSpan(at + 1));
        return new WindowSet(KnownThrough, grown);
    }

    /// <summary>The same knowledge, up to a lower number.</summary>
    internal WindowSet LoweredTo(int knownThrough) =>
        knownThrough >= KnownThrough ? this : new WindowSet(knownThrough, entries[..CountThrough(knownThrough)]);

    /// <summary>Without the entries of conditions that are not among these; the same instance when there are none.</summary>
    internal WindowSet Only(IReadOnlySet<int> conditions)
    {
        var kept = Array.FindAll(entries, entry => conditions.Contains(entry.Condition));
        return kept.Length == entries.Length ? this : new WindowSet(KnownThrough, kept);
    }

    /// <summary>This for what it knows, and <paramref name="newer"/> for the conditions above.</summary>
    internal WindowSet ExtendedBy(WindowSet newer) => newer.KnownThrough <= KnownThrough
        ? this
        : new WindowSet(newer.KnownThrough, [.. entries, .. newer.entries.AsSpan(newer.CountThrough(KnownThrough))]);

    // How many entries belong to conditions up to a number.
    private int CountThrough(int condition) => IndexOf(condition) is var index and >= 0 ? index + 1 : ~IndexOf(condition);

    private int IndexOf(int condition)
    {
        int low = 0, high = entries.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = entries[middle].Condition.CompareTo(condition);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }

    /// <summary>A condition's number and its timestamps, ascending, at least one.</summary>
    internal readonly record struct Entry(int Condition, long[] Times);
}
