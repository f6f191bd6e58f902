namespace CdpPipeline.Domain.Segments;

/// <summary>Decides whether definitions may refer to each other as they do. Pure.</summary>
public static class SegmentReferences
{
    /// <summary>
    /// Why the definition may not be saved beside the others, or null: a reference to a segment that is not there, a cycle, or more than
    /// <see cref="SegmentLimits.ReferenceDepthMax"/> or <see cref="SegmentLimits.ExpandedNodesMax"/> allow, for itself or for a segment
    /// that refers to it. <paramref name="definitions"/> may hold the segment's former definition.
    /// </summary>
    public static SegmentError? Check(SegmentId segment, SegmentNode definition, IReadOnlyDictionary<SegmentId, SegmentNode> definitions)
    {
        var changed = new Dictionary<SegmentId, SegmentNode>(definitions) { [segment] = definition };
        foreach (var (node, path) in SegmentTrees.All(definition, "filter"))
        {
            if (node is SegmentReference { Segment: var other } && !changed.ContainsKey(other))
            {
                return new SegmentError($"{path}.segment", $"there is no segment {other}");
            }
        }

        if (FindCycle(segment, changed) is { } cycle)
        {
            // It goes through this one, unless those saved before had one already.
            var way = cycle[0] != segment ? default : SegmentTrees.All(definition, "filter").First(each => each.Node is SegmentReference next && next.Segment == cycle[1]);
            return new SegmentError(way.Path is { } path ? $"{path}.segment" : "filter", $"segments refer to each other in a circle: {string.Join(" → ", cycle)}");
        }

        var sizes = new Dictionary<SegmentId, Size>();
        foreach (var each in changed.Keys)
        {
            var (nodes, depth) = Measure(each, changed, sizes);
            if (depth > SegmentLimits.ReferenceDepthMax)
            {
                return new SegmentError("filter", $"segment {each} refers to others through {depth} segments, at most {SegmentLimits.ReferenceDepthMax} are allowed");
            }

            if (nodes > SegmentLimits.ExpandedNodesMax)
            {
                return new SegmentError("filter", $"segment {each} has more than {SegmentLimits.ExpandedNodesMax} nodes with those it refers to");
            }
        }

        return null;
    }

    /// <summary>The segments on a circle of references that is reached from a segment, its first repeated at its end; null when there is none.</summary>
    public static IReadOnlyList<SegmentId>? FindCycle(SegmentId from, IReadOnlyDictionary<SegmentId, SegmentNode> definitions)
    {
        var done = new HashSet<SegmentId>();
        var way = new List<SegmentId>();
        var ahead = new Stack<Queue<SegmentId>>();
        ahead.Push(new Queue<SegmentId>([from]));
        while (ahead.TryPeek(out var next))
        {
            if (!next.TryDequeue(out var segment))
            {
                ahead.Pop();
                if (way.Count == 0) continue;
                done.Add(way[^1]);
                way.RemoveAt(way.Count - 1);
                continue;
            }

            if (way.IndexOf(segment) is >= 0 and var at) return [.. way[at..], segment];
            if (done.Contains(segment) || !definitions.TryGetValue(segment, out var definition)) continue;
            way.Add(segment);
            ahead.Push(new Queue<SegmentId>(Of(definition)));
        }

        return null;
    }

    /// <summary>The segments that a tree itself refers to.</summary>
    public static IEnumerable<SegmentId> Of(SegmentNode tree) =>
        SegmentTrees.All(tree, "").Select(each => each.Node).OfType<SegmentReference>().Select(each => each.Segment).Distinct();

    // Should the others, which were checked when they were saved, have a cycle nevertheless, it counts as too long a way.
    private static Size Measure(SegmentId segment, IReadOnlyDictionary<SegmentId, SegmentNode> definitions, Dictionary<SegmentId, Size> sizes)
    {
        if (sizes.TryGetValue(segment, out var known)) return known;
        if (!definitions.TryGetValue(segment, out var definition)) return new Size(1, 0);
        sizes[segment] = new Size(1, SegmentLimits.ReferenceDepthMax);
        long nodes = 0;
        var depth = 0;
        foreach (var (node, _) in SegmentTrees.All(definition, ""))
        {
            nodes++;
            if (node is EventCondition condition)
            {
                nodes += condition.Where.Count;
                for (var step = condition.Then; step is not null; step = step.Then) nodes += step.Where.Count + 1;
            }

            if (node is not SegmentReference reference) continue;
            var below = Measure(reference.Segment, definitions, sizes);
            nodes += below.Nodes;
            depth = Math.Max(depth, below.Depth);
        }

        var size = new Size(Math.Min(nodes, int.MaxValue), depth + 1);
        sizes[segment] = size;
        return size;
    }

    private readonly record struct Size(long Nodes, int Depth);
}
