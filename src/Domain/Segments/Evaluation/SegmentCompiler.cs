using CdpPipeline.Domain.ComputedTraits;

namespace CdpPipeline.Domain.Segments;

/// <summary>Makes trees ready to be evaluated. Equal conditions become one instance, and references become what they refer to.</summary>
internal sealed class SegmentCompiler
{
    private readonly IReadOnlyDictionary<SegmentId, SegmentNode> definitions;
    private readonly ConditionNumbers numbers;
    private readonly IReadOnlyDictionary<string, TraitComputation> traits;
    private readonly Dictionary<FieldCondition, CompiledNode> fields = [];
    private readonly Dictionary<EventCondition, CompiledEvents> events = [];
    private readonly Dictionary<TraitComputation, CompiledTrait> computed = [];
    private readonly Dictionary<EventCondition, CompiledExtreme> extremes = [];
    private readonly Dictionary<SegmentId, (CompiledNode Node, Dependencies Dependencies)> segments = [];

    public SegmentCompiler(
        IReadOnlyDictionary<SegmentId, SegmentNode> definitions, ConditionNumbers numbers, IReadOnlyDictionary<string, TraitComputation> traits) =>
        (this.definitions, this.numbers, this.traits) = (definitions, numbers, traits);

    private SegmentCompiler(IReadOnlyDictionary<SegmentId, SegmentNode> definitions, SegmentCompiler other)
        : this(definitions, other.numbers, other.traits) => (fields, events, computed, extremes) = (other.fields, other.events, other.computed, other.extremes);

    /// <summary>All event conditions and computed traits compiled so far, each once.</summary>
    public IReadOnlyCollection<CompiledEvents> Events => [.. events.Values, .. computed.Values];

    /// <summary>A compiler for which references mean other definitions. Both share their conditions.</summary>
    public SegmentCompiler Among(IReadOnlyDictionary<SegmentId, SegmentNode> others) => new(others, this);

    public CompiledSegment Compile(SegmentId id, SegmentNode tree)
    {
        var dependencies = new Dependencies();
        return new CompiledSegment(id, Compile(tree, dependencies, 1), dependencies);
    }

    public CompiledTrait Compile(TraitComputation computation)
    {
        var keeping = numbers.Find(computation) ?? throw new ArgumentException($"No number was given to {computation}.", nameof(computation));
        if (!computed.TryGetValue(computation, out var compiled)) computed.Add(computation, compiled = new CompiledTrait(computation, keeping));
        return compiled;
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
                var computation = Computation(condition);
                if (computation is null) dependencies.Add(condition);
                else dependencies.Add(computation);
                return Once(condition, computation);
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

    private CompiledNode Once(FieldCondition condition, TraitComputation? computation)
    {
        if (!fields.TryGetValue(condition, out var compiled))
            fields.Add(condition, compiled = computation is null ? new CompiledField(condition) : new CompiledTraitField(condition, Compile(computation)));
        return compiled;
    }

    // A computed trait goes before one that was sent by the same name.
    private TraitComputation? Computation(FieldCondition condition) =>
        condition.Field.Kind == FieldKind.Trait ? traits.GetValueOrDefault(condition.Field.Path!.First) : null;
}
