namespace CdpPipeline.Domain.Segments;

/// <summary>Makes trees ready to be evaluated. Equal conditions become one instance, and references become what they refer to.</summary>
internal sealed class SegmentCompiler
{
    private readonly IReadOnlyDictionary<SegmentId, SegmentNode> definitions;
    private readonly ConditionNumbers numbers;
    private readonly Dictionary<FieldCondition, CompiledField> fields;
    private readonly SortedDictionary<int, CompiledCount> counts;
    private readonly Dictionary<SegmentId, (CompiledNode Node, Dependencies Dependencies)> segments = [];

    public SegmentCompiler(IReadOnlyDictionary<SegmentId, SegmentNode> definitions, ConditionNumbers numbers)
        : this(definitions, numbers, [], [])
    {
    }

    private SegmentCompiler(
        IReadOnlyDictionary<SegmentId, SegmentNode> definitions, ConditionNumbers numbers, Dictionary<FieldCondition, CompiledField> fields, SortedDictionary<int, CompiledCount> counts) =>
        (this.definitions, this.numbers, this.fields, this.counts) = (definitions, numbers, fields, counts);

    /// <summary>A compiler for which references mean other definitions. Both share their conditions.</summary>
    public SegmentCompiler Among(IReadOnlyDictionary<SegmentId, SegmentNode> others) => new(others, numbers, fields, counts);

    /// <summary>All event conditions compiled so far, each once, by number.</summary>
    public IReadOnlyCollection<CompiledCount> Counts => counts.Values;

    public CompiledSegment Compile(SegmentId id, SegmentNode tree)
    {
        var dependencies = new Dependencies();
        return new CompiledSegment(id, Compile(tree, dependencies, 1), dependencies);
    }

    private CompiledNode Compile(SegmentNode tree, Dependencies dependencies, int way)
    {
        switch (tree)
        {
            case AndNode and:
                return new CompiledAnd([.. and.Nodes.Select(node => Compile(node, dependencies, way))]);
            case OrNode or:
                return new CompiledOr([.. or.Nodes.Select(node => Compile(node, dependencies, way))]);
            case NotNode not:
                return new CompiledNot(Compile(not.Node, dependencies, way));
            case SegmentReference reference:
                return Refer(reference.Segment, dependencies, way + 1);
            case EventCondition condition:
                dependencies.Add(condition);
                return Once(condition);
            case FieldCondition condition:
                dependencies.Add(condition);
                return Once(condition);
            default:
                throw new ArgumentException($"{tree} is not known here.", nameof(tree));
        }
    }

    private CompiledNode Refer(SegmentId id, Dependencies dependencies, int way)
    {
        if (way > SegmentLimits.ReferenceDepthMax) throw new ArgumentException($"Too many references lead to {id}; were they checked?", nameof(id));
        if (!segments.TryGetValue(id, out var segment))
        {
            var own = new Dependencies();
            segment = (definitions.TryGetValue(id, out var tree) ? Compile(tree, own, way) : new CompiledOr([]), own);
            segments.Add(id, segment);
        }

        dependencies.Add(segment.Dependencies);
        return segment.Node;
    }

    private CompiledCount Once(EventCondition condition)
    {
        var number = numbers.Find(condition) ?? throw new ArgumentException($"No number was given to {condition}.", nameof(condition));
        if (!counts.TryGetValue(number, out var compiled)) counts.Add(number, compiled = new CompiledCount(condition, number));
        return compiled;
    }

    private CompiledField Once(FieldCondition condition)
    {
        if (!fields.TryGetValue(condition, out var compiled)) fields.Add(condition, compiled = new CompiledField(condition));
        return compiled;
    }
}
