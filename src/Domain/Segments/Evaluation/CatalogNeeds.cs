using CdpPipeline.Domain.ComputedTraits;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// What must be known of a person to judge her by a catalog: which fields, whether traits, and which events. Saying too much costs time only.
/// </summary>
public sealed class CatalogNeeds
{
    private readonly IReadOnlyList<(EventCondition Condition, bool HasValue, Keeping Kept)> events;

    private CatalogNeeds(PersonFields fields, bool hasTraits, IReadOnlyList<(EventCondition Condition, bool HasValue, Keeping Kept)> events)
    {
        Fields = fields;
        HasTraits = hasTraits;
        this.events = events;
    }

    public PersonFields Fields { get; }

    public bool HasTraits { get; }

    /// <summary>
    /// Some of the event conditions, and of the events of computed traits, by the number under which windows keep something: whether the value of a
    /// property is made something of, and what is kept for them and for others.
    /// </summary>
    public IReadOnlyList<(EventCondition Condition, bool HasValue, Keeping Kept)> EventsOf(Predicate<int> isAsked) => [.. events.Where(each => isAsked(each.Kept.Number))];

    internal static CatalogNeeds Of(
        IEnumerable<SegmentNode> trees,
        IReadOnlyDictionary<SegmentId, SegmentNode> definitions,
        IEnumerable<ComputedTrait> traits,
        IReadOnlyDictionary<string, TraitComputation> computations,
        ConditionNumbers numbers)
    {
        var dependencies = new Dependencies();
        var conditions = new HashSet<EventCondition>();
        var computed = new HashSet<TraitComputation>(traits.Select(trait => trait.Computation));
        var seen = new HashSet<SegmentId>();
        var open = new Stack<SegmentNode>(trees);
        while (open.TryPop(out var tree))
        {
            foreach (var (node, _) in SegmentTrees.All(tree, ""))
            {
                if (node is FieldCondition { Field: { Kind: FieldKind.Trait, Path: { } path } } && computations.TryGetValue(path.First, out var computation)) computed.Add(computation);
                else if (node is FieldCondition field) dependencies.Add(field);
                else if (node is EventCondition condition) conditions.UnionWith(Extremes.Kept(condition));
                else if (node is SegmentReference { Segment: var other } && seen.Add(other) && definitions.TryGetValue(other, out var definition)) open.Push(definition);
            }
        }

        var counted = conditions.Select(condition => (condition, condition.Aggregate is not null, numbers.Find(condition)!.Value));
        var worked = computed.Select(computation => (computation.Events, computation.Property is not null, numbers.Find(computation)!.Value));
        return new CatalogNeeds(dependencies.Fields, dependencies.TraitKeys.Count > 0, [.. counted, .. worked]);
    }
}
