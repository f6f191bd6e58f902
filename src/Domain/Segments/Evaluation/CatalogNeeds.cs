namespace CdpPipeline.Domain.Segments;

/// <summary>
/// What must be known of a person to judge her by a catalog: which fields, whether traits, and which events. Saying too much costs time only.
/// </summary>
public sealed class CatalogNeeds
{
    private readonly IReadOnlyList<(EventCondition Condition, Keeping Kept)> events;

    private CatalogNeeds(PersonFields fields, bool hasTraits, IReadOnlyList<(EventCondition Condition, Keeping Kept)> events)
    {
        Fields = fields;
        HasTraits = hasTraits;
        this.events = events;
    }

    public PersonFields Fields { get; }

    public bool HasTraits { get; }

    /// <summary>The event conditions for which windows keep something above a number, with what they keep for them and for others.</summary>
    public IReadOnlyList<(EventCondition Condition, Keeping Kept)> EventsAbove(int number) => [.. events.Where(each => each.Kept.Number > number)];

    internal static CatalogNeeds Of(IEnumerable<SegmentNode> trees, IReadOnlyDictionary<SegmentId, SegmentNode> definitions, ConditionNumbers numbers)
    {
        var dependencies = new Dependencies();
        var conditions = new HashSet<EventCondition>();
        var seen = new HashSet<SegmentId>();
        var open = new Stack<SegmentNode>(trees);
        while (open.TryPop(out var tree))
        {
            foreach (var (node, _) in SegmentTrees.All(tree, ""))
            {
                if (node is FieldCondition field) dependencies.Add(field);
                else if (node is EventCondition condition) conditions.UnionWith(Extremes.Kept(condition));
                else if (node is SegmentReference { Segment: var other } && seen.Add(other) && definitions.TryGetValue(other, out var definition)) open.Push(definition);
            }
        }

        return new CatalogNeeds(dependencies.Fields, dependencies.TraitKeys.Count > 0, [.. conditions.Select(condition => (condition, numbers.Find(condition)!.Value))]);
    }
}
