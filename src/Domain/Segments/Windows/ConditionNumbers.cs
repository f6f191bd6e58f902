using System.Collections.Immutable;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// What windows keep for the event conditions in use, by <see cref="Keeping.KeyOf"/>, each under a number. A number is given when something has to be
/// kept that was not before, always above all given before, and never given again. Immutable; kept in the document that holds the definitions.
/// </summary>
public sealed record ConditionNumbers(ImmutableSortedDictionary<string, Keeping> Kept, int Highest)
{
    /// <summary>Before the first definition.</summary>
    public static readonly ConditionNumbers None = new(ImmutableSortedDictionary.Create<string, Keeping>(StringComparer.Ordinal), 0);

    /// <summary>
    /// The numbering for these definitions: what serves its conditions keeps its number; what is new, or must keep more than before, gets one above the
    /// highest in the order it appears; what is no longer in use is forgotten. Pure.
    /// </summary>
    public ConditionNumbers For(IEnumerable<SegmentNode> trees)
    {
        var needs = new Dictionary<string, Keeping>(StringComparer.Ordinal);
        var order = new List<string>();
        foreach (var condition in trees.SelectMany(Extremes.Kept))
        {
            var (key, need) = (Keeping.KeyOf(condition), Keeping.For(condition));
            if (needs.TryGetValue(key, out var other)) need = need.With(other);
            else order.Add(key);
            needs[key] = need;
        }

        var kept = ImmutableSortedDictionary.CreateBuilder<string, Keeping>(StringComparer.Ordinal);
        var highest = Highest;
        foreach (var key in order)
        {
            var isKnown = Kept.TryGetValue(key, out var known);
            kept.Add(key, isKnown && known.Serves(needs[key]) ? known : (isKnown ? known.With(needs[key]) : needs[key]) with { Number = ++highest });
        }

        return new ConditionNumbers(kept.ToImmutable(), highest);
    }

    /// <summary>Null for a condition that is not in use.</summary>
    public Keeping? Find(EventCondition condition) =>
        Kept.TryGetValue(Keeping.KeyOf(condition), out var keeping) && keeping.Serves(Keeping.For(condition)) ? keeping : null;

    public bool Equals(ConditionNumbers? other) =>
        other is not null && Highest == other.Highest && Kept.SequenceEqual(other.Kept);

    public override int GetHashCode() => HashCode.Combine(Highest, Kept.Count);
}
