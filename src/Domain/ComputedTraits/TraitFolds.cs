using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.ComputedTraits;

/// <summary>Keeps of a trait's events as few as say the same. Pure; nothing changes an array that is given.</summary>
internal static class TraitFolds
{
    /// <summary>
    /// With one more event that counts for good, in the order of items; the same array when it makes no difference. A sum is one item, and so is a
    /// least or first value; of several values each is one.
    /// </summary>
    public static TraitItem[] Settle(TraitFunction function, TraitItem[] settled, TraitItem item)
    {
        switch (function)
        {
            case TraitFunction.Count or TraitFunction.Sum or TraitFunction.Average:
                return settled is [var sum] ? [Newest(sum, item) with { Count = sum.Count + item.Count, Amount = sum.Amount + item.Amount }] : [item];
            case TraitFunction.Minimum:
                return settled is [var least] && least.Amount <= item.Amount ? settled : [item];
            case TraitFunction.Maximum:
                return settled is [var greatest] && greatest.Amount >= item.Amount ? settled : [item];
            case TraitFunction.First:
                return settled is [var first] && first.CompareTo(item) <= 0 ? settled : [item];
            case TraitFunction.Last:
                return settled is [var last] && last.CompareTo(item) >= 0 ? settled : [item];
        }

        var at = Array.FindIndex(settled, each => each.IsAlike(item));
        if (at < 0)
        {
            var added = OrderedItems.Insert(settled, item);
            return function == TraitFunction.UniqueList && added.Length > ComputedTraitLimits.ListValuesMax ? added[1..] : added;
        }

        if (function == TraitFunction.UniqueCount) return settled;
        if (function == TraitFunction.UniqueList && settled[at].CompareTo(item) >= 0) return settled;
        var merged = function == TraitFunction.UniqueList ? item : Newest(settled[at], item) with { Count = settled[at].Count + item.Count };
        return OrderedItems.Insert([.. settled.AsSpan(0, at), .. settled.AsSpan(at + 1)], merged);
    }

    /// <summary>
    /// Without those of the first <paramref name="reached"/> items that a later one always makes needless: it is in every window that they are in.
    /// </summary>
    public static TraitItem[] Thin(TraitFunction function, TraitItem[] items, int reached)
    {
        if (reached < 2 || function is TraitFunction.Count or TraitFunction.Sum or TraitFunction.Average or TraitFunction.First or TraitFunction.MostFrequent) return items;
        if (function == TraitFunction.Last) return items[(reached - 1)..];
        var kept = new List<TraitItem>(items.Length);
        for (var i = items.Length - 1; i >= reached; i--) kept.Add(items[i]);
        var ahead = kept.Count;
        var seen = new HashSet<(Int128, string?)>();
        for (var i = reached - 1; i >= 0; i--)
        {
            if (IsNeeded(items[i])) kept.Add(items[i]);
        }

        kept.Reverse();
        return [.. kept];

        bool IsNeeded(TraitItem item) => function switch
        {
            TraitFunction.Minimum => kept.Count == ahead || item.Amount < kept[^1].Amount,
            TraitFunction.Maximum => kept.Count == ahead || item.Amount > kept[^1].Amount,
            TraitFunction.UniqueList => seen.Count < ComputedTraitLimits.ListValuesMax && seen.Add((item.Amount, item.Value)),
            _ => seen.Add((item.Amount, item.Value)),
        };
    }

    private static TraitItem Newest(TraitItem one, TraitItem other) => one.CompareTo(other) >= 0 ? one : other;
}
