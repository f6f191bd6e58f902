namespace CdpPipeline.Domain.Segments;

/// <summary>
/// What a component's events have contributed to the event conditions: for each condition, by its number, the timestamps (microseconds,
/// ascending) that can decide it, or whatever else its values and sequences need. Immutable and compact; a condition that no event matched
/// has no entry. At most <see cref="SegmentLimits.ItemsMax"/> of each are kept.
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
                : Entry.Combine(left.entries[i++], right.entries[j++]);
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

    public bool Equals(WindowSet? other) =>
        other is not null && KnownThrough == other.KnownThrough && entries.AsSpan().SequenceEqual(other.entries);

    public override bool Equals(object? obj) => Equals(obj as WindowSet);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(KnownThrough);
        foreach (var entry in entries)
        {
            hash.Add(entry.Condition);
            foreach (var time in entry.Times) hash.Add(time);
            hash.Add(entry.List);
        }

        return hash.ToHashCode();
    }

    /// <summary>The entry of a condition; one without anything when nothing matched it.</summary>
    internal Entry Find(int condition)
    {
        var index = IndexOf(condition);
        return index < 0 ? new Entry(condition, []) : entries[index];
    }

    /// <summary>With these entries in the place of those that it has for the same conditions; by ascending condition.</summary>
    internal WindowSet With(ReadOnlySpan<Entry> changed)
    {
        var added = 0;
        foreach (var entry in changed) added += IndexOf(entry.Condition) < 0 ? 1 : 0;
        var result = new Entry[entries.Length + added];
        var i = 0;
        var at = 0;
        foreach (var entry in changed)
        {
            while (i < entries.Length && entries[i].Condition < entry.Condition) result[at++] = entries[i++];
            if (i < entries.Length && entries[i].Condition == entry.Condition) i++;
            result[at++] = entry;
        }

        entries.AsSpan(i).CopyTo(result.AsSpan(at));
        return new WindowSet(KnownThrough, result);
    }

    /// <summary>The same knowledge, up to a lower number.</summary>
    internal WindowSet LoweredTo(int knownThrough) =>
        knownThrough >= KnownThrough ? this : new WindowSet(knownThrough, entries[..CountThrough(knownThrough)]);

    /// <summary>Without the entries of other conditions; the same instance when there are none.</summary>
    internal WindowSet Only(Predicate<int> isUsed)
    {
        var kept = Array.FindAll(entries, entry => isUsed(entry.Condition));
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

    /// <summary>
    /// A condition's number and what is kept for it: for a count the timestamps, ascending, and at most a floor; for anything else a list.
    /// </summary>
    internal readonly record struct Entry(int Condition, long[] Times, EventList? List = null)
    {
        public static Entry Combine(in Entry left, in Entry right) => new(
            left.Condition,
            EventTimes.Merge(left.Times, right.Times),
            left.List is { } list && right.List is { } other ? list.Combine(other) : left.List ?? right.List);

        public bool Equals(Entry other) => Condition == other.Condition && Times.AsSpan().SequenceEqual(other.Times) && Equals(List, other.List);

        public override int GetHashCode() => HashCode.Combine(Condition, Times.Length, List);
    }
}
