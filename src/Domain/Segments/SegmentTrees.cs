namespace CdpPipeline.Domain.Segments;

/// <summary>Walks over trees.</summary>
public static class SegmentTrees
{
    /// <summary>All event conditions of a tree, in the order they are written, repetitions included.</summary>
    public static IEnumerable<EventCondition> EventConditions(SegmentNode tree) => All(tree, "").Select(each => each.Node).OfType<EventCondition>();

    /// <summary>The tree's nodes with their paths (<c>filter.and[1].not</c>), parents before children.</summary>
    internal static IEnumerable<(SegmentNode Node, string Path)> All(SegmentNode tree, string path)
    {
        var open = new Stack<(SegmentNode Node, string Path)>();
        open.Push((tree, path));
        while (open.TryPop(out var next))
        {
            yield return next;
            var (children, step) = next.Node switch
            {
                AndNode and => (and.Nodes, ".and"),
                OrNode or => (or.Nodes, ".or"),
                NotNode not => ([not.Node], ".not"),
                _ => ((IReadOnlyList<SegmentNode>)[], ""),
            };
            for (var i = children.Count - 1; i >= 0; i--)
            {
                open.Push((children[i], next.Node is NotNode ? next.Path + step : $"{next.Path}{step}[{i}]"));
            }
        }
    }
}
