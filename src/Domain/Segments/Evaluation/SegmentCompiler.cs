namespace CdpPipeline.Domain.Segments;

/// <summary>Makes trees ready to be evaluated. Equal conditions become one instance, and references become what they refer to.</summary>
internal sealed class SegmentCompiler
{
    private readonly IReadOnlyDictionary<SegmentId, SegmentNode> definitions;
    private readonly ConditionNumbers numbers;
    private readonly Dictionary<FieldCondition, CompiledField> fields = [];
    private readonly Dictionary<EventCondition, CompiledEvents> events = [];
    private readonly Dictionary<EventCondition, CompiledExtreme> extremes = [];
    private readonly Dictionary<SegmentId, (CompiledNode Node, Dependencies Dependencies)> segments = [];

    public SegmentCompiler(IReadOnlyDictionary<SegmentId, SegmentNode> definitions, ConditionNumbers numbers) =>
        (this.definitions, this.numbers) = (definitions, numbers);

    private SegmentCompiler(IReadOnlyDictionary<SegmentId, SegmentNode> definitions, SegmentCompiler other)
        : this(definitions, other.numbers) => (fields, events, extremes) = (other.fields, other.events, other.extremes);

    /// <summary>All event conditions compiled so far, each once.</summary>
    public IReadOnlyCollection<CompiledEvents> Events => events.Values;

    /// <summary>A compiler for which references mean other definitions. Both share their conditions.</summary>
    public SegmentCompiler Among(IReadOnlyDictionary<SegmentId, SegmentNode> others) => new(others, this);

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
                return condition.Aggregate is { Function: AggregateFunction.Minimum or AggregateFunction.Maximum } aggregate
                    ? Once(condition, aggregate)
                    : Once(condition);
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

    private CompiledExtreme Once(EventCondition condition, EventAggregate aggregate)
    {
        if (!extremes.TryGetValue(condition, out var compiled))
            extremes.Add(condition, compiled = new CompiledExtreme(Compile(Extremes.Rewrite(condition, aggregate), new Dependencies(), 1)));
        return compiled;
    }

    private CompiledEvents Once(EventCondition condition)
    {
        var keeping = numbers.Find(condition) ?? throw new ArgumentException($"No number was given to {condition}.", nameof(condition));
        if (!events.TryGetValue(condition, out var compiled)) events.Add(condition, compiled = Compile(condition, keeping));
        return compiled;
    }

    private static CompiledEvents Compile(EventCondition condition, Keeping keeping) => condition switch
    {
        { Aggregate: { Function: AggregateFunction.Distinct } aggregate } => new CompiledDistinct(condition, aggregate, keeping),
        { Aggregate: { } aggregate } => new CompiledSum(condition, aggregate, keeping),
        { Then: not null } => new CompiledSequence(condition, keeping),
        _ => new CompiledCount(condition, keeping),
    };

    private CompiledField Once(FieldCondition condition)
    {
        if (!fields.TryGetValue(condition, out var compiled)) fields.Add(condition, compiled = new CompiledField(condition));
        return compiled;
    }
}
