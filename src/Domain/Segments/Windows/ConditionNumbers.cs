using System.Collections.Immutable;
using CdpPipeline.Domain.ComputedTraits;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// The numbers of all event conditions and computed traits in use that windows keep something for, by canonical text. A number is given when a condition first appears, always above all given
/// before, and never given again. Immutable; kept in the document that holds the definitions.
/// </summary>
public sealed record ConditionNumbers(ImmutableSortedDictionary<string, int> Numbers, int Highest)
{
    /// <summary>Before the first definition.</summary>
    public static readonly ConditionNumbers None = new(ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal), 0);

    /// <summary>
    /// The numbering for these definitions: conditions in use keep their number, new ones follow the highest in the order they appear, those
    /// no longer in use are forgotten. Pure.
    /// </summary>
    public ConditionNumbers For(IEnumerable<SegmentNode> trees) => For(trees, []);

    /// <inheritdoc cref="For(IEnumerable{SegmentNode})"/>
    public ConditionNumbers For(IEnumerable<SegmentNode> trees, IEnumerable<ComputedTrait> traits)
    {
        var numbers = ImmutableSortedDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        var highest = Highest;
        foreach (var text in trees.SelectMany(Extremes.Kept).Select(TextOf).Concat(traits.Select(trait => trait.Computation.ToText())))
        {
            if (!numbers.ContainsKey(text)) numbers.Add(text, Numbers.TryGetValue(text, out var number) ? number : ++highest);
        }

        return new ConditionNumbers(numbers.ToImmutable(), highest);
    }

    /// <summary>The canonical text under which equal conditions share a number.</summary>
    public static string TextOf(EventCondition condition) => FilterWriter.Text(condition);

    /// <summary>Null for a condition that is not in use.</summary>
    public int? Find(EventCondition condition) => Numbers.TryGetValue(TextOf(condition), out var number) ? number : null;

    /// <summary>Null for a computation that is not in use.</summary>
    public int? Find(TraitComputation computation) => Numbers.TryGetValue(computation.ToText(), out var number) ? number : null;

    public bool Equals(ConditionNumbers? other) =>
        other is not null && Highest == other.Highest && Numbers.SequenceEqual(other.Numbers);

    public override int GetHashCode() => HashCode.Combine(Highest, Numbers.Count);
}
