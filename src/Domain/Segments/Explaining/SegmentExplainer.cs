using CdpPipeline.Domain.ComputedTraits;

namespace CdpPipeline.Domain.Segments;

/// <summary>Walks a definition beside what it was compiled to, and asks each compiled node. Pure.</summary>
internal sealed class SegmentExplainer(IReadOnlyDictionary<SegmentId, SegmentNode> definitions, Moment moment)
{
    // A group of nodes may name instants at which nothing changes after all; so many are looked beyond.
    private const int FlipsMax = 100;

    private readonly Dictionary<CompiledNode, (bool Holds, DateTimeOffset? Until)> known = new(ReferenceEqualityComparer.Instance);

    public ExplainedNode Explain(string path, SegmentNode node, CompiledNode compiled)
    {
        if (!known.TryGetValue(compiled, out var truth)) known.Add(compiled, truth = Judge(compiled));
        var explained = new ExplainedNode(path, node, truth.Holds, truth.Until);
        return (node, compiled) switch
        {
            (AndNode and, CompiledAnd all) => explained with { Inner = Inner($"{path}.and", and.Nodes, all.Nodes) },
            (OrNode or, CompiledOr any) => explained with { Inner = Inner($"{path}.or", or.Nodes, any.Nodes) },
            (NotNode not, CompiledNot inner) => explained with { Inner = [Explain($"{path}.not", not.Node, inner.Node)] },
            (FieldCondition, CompiledField field) => explained with { Actual = field.Actual(moment.Person) },
            (FieldCondition, CompiledTraitField field) => explained with { Actual = field.Actual(moment) },
            (EventCondition, CompiledEvents events) => With(explained, events.Measure(moment)),
            (EventCondition, CompiledExtreme) => explained,
            (SegmentReference reference, _) => definitions.TryGetValue(reference.Segment, out var tree)
                ? explained with { Inner = [Explain("filter", tree, compiled)] }
                : explained,
            _ => throw new ArgumentException($"{node} was not compiled to {compiled}.", nameof(compiled)),
        };
    }

    private static ExplainedNode With(ExplainedNode explained, Measured measured) => explained with { Counted = measured.Count, Value = measured.Value };

    private ExplainedNode[] Inner(string path, ValueList<SegmentNode> nodes, IReadOnlyList<CompiledNode> compiled)
    {
        var inner = new ExplainedNode[nodes.Count];
        for (var i = 0; i < inner.Length; i++) inner[i] = Explain($"{path}[{i}]", nodes[i], compiled[i]);
        return inner;
    }

    private (bool Holds, DateTimeOffset? Until) Judge(CompiledNode node)
    {
        var holds = node.Holds(moment, out var flip);
        for (var looked = 1; looked < FlipsMax && FlipTime.ToInstant(flip) is not null; looked++)
        {
            var then = node.Holds(moment with { Now = flip }, out var next);
            if (then != holds) break;
            flip = next;
        }

        return (holds, FlipTime.ToInstant(flip));
    }
}
