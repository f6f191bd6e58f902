using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.ComputedTraits;

/// <summary>Says which definitions read a trait. Pure.</summary>
public static class TraitReaders
{
    /// <summary>Whether the tree itself has a condition on the trait or on something inside it.</summary>
    public static bool Reads(SegmentNode tree, string trait) =>
        SegmentTrees.All(tree, "").Any(each => each.Node is FieldCondition { Field: { Kind: FieldKind.Trait, Path: { } path } } && path.First == trait);

    /// <summary>The segments that read the trait, themselves or through those that they refer to.</summary>
    public static IReadOnlyList<SegmentId> Of(string trait, IReadOnlyDictionary<SegmentId, SegmentNode> definitions)
    {
        var readers = new HashSet<SegmentId>(definitions.Where(each => Reads(each.Value, trait)).Select(each => each.Key));
        var found = readers.Count > 0;
        while (found)
        {
            found = false;
            foreach (var (id, tree) in definitions)
            {
                if (!readers.Contains(id) && SegmentReferences.Of(tree).Any(readers.Contains)) found |= readers.Add(id);
            }
        }

        return [.. readers];
    }
}
