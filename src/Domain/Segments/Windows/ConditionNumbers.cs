using System.Collections.Immutable;
using CdpPipeline.Domain.ComputedTraits;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// What windows keep for the event conditions and computed traits in use, by <see cref="Keeping.KeyOf(EventCondition)"/>, each under a number. A number is
/// given when something has to be kept that was not before, always above all given before, and never given again. Immutable; kept in the document
/// that holds the definitions.
/// </summary>
public sealed record ConditionNumbers(ImmutableSortedDictionary<string, Keeping> Kept, int Highest)
{
    /// <summary>Before the first definition.</summary>
    public static readonly ConditionNumbers None = new(ImmutableSortedDictionary.Create<string, Keeping>(StringComparer.Ordinal), 0);

    /// <summary>
    /// The numbering for these definitions: what serves its conditions keeps its number; what is new, or must keep more than before, gets one above the
    /// highest in the order it appears; what is no longer in use is forgotten. Pure.
    /// </summary>
    public ConditionNumbers For(IEnumerable<SegmentNode> trees) => For(trees, []);

    /// <inheritdoc cref="For(IEnumerable{SegmentNode})"/>
    public ConditionNumbers For(IEnumerable<SegmentNode> trees, IEnumerable<ComputedTrait> traits)
    {
        var needs = new Dictionary<string, Keeping>(StringComparer.Ordinal);
        var order = new List<string>();
        var conditions = trees.SelectMany(Extremes.Kept).Select(condition => (Keeping.KeyOf(condition), Keeping.For(condition)));
        foreach (var (key, asked) in conditions.Concat(traits.Select(trait => (Keeping.KeyOf(trait.Computation), Keeping.For(trait.Computation)))))
        {
            var need = asked;
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

    /// <summary>Null for a computation that is not in use.</summary>
    public Keeping? Find(TraitComputation computation) => Kept.TryGetValue(Keeping.KeyOf(computation), out var keeping) ? keeping : null;

    public bool Equals(ConditionNumbers? other) =>
        other is not null && Highest == other.Highest && Kept.SequenceEqual(other.Kept);

    public override int GetHashCode() => HashCode.Combine(Highest, Kept.Count);
}
