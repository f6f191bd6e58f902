using CdpPipeline.Domain.ComputedTraits;

namespace CdpPipeline.Domain.Segments;

/// <summary>What a segment's truth depends on beside time.</summary>
internal sealed class Dependencies
{
    public HashSet<string> EventNames { get; } = [];

    public HashSet<string> TraitKeys { get; } = [];

    public PersonFields Fields { get; private set; }

    public void Add(EventCondition condition)
    {
        EventNames.Add(condition.Event);
        for (var step = condition.Then; step is not null; step = step.Then) EventNames.Add(step.Event);
    }

    public void Add(TraitComputation computation) => EventNames.Add(computation.Events.Event);

    public void Add(FieldCondition condition)
    {
        if (condition.Field.Kind == FieldKind.Trait) TraitKeys.Add(condition.Field.Path!.First);
        Fields |= condition.Field.Kind switch
        {
            FieldKind.Trait => PersonFields.None,
            FieldKind.GroupTrait => PersonFields.Groups,
            FieldKind.Consent => PersonFields.Consents,
            FieldKind.Email => PersonFields.Email,
            FieldKind.UserId => PersonFields.UserId,
            FieldKind.Phone => PersonFields.Phone,
            FieldKind.AnonymousId => PersonFields.AnonymousIds,
            FieldKind.CreatedAt => PersonFields.CreatedAt,
            FieldKind.FirstSeen => PersonFields.FirstSeen,
            FieldKind.LastSeen => PersonFields.LastSeen,
            FieldKind.EventCount => PersonFields.EventCount,
            FieldKind.PageViews => PersonFields.PageViews,
            _ => PersonFields.Conversions,
        };
    }

    public void Add(Dependencies others)
    {
        EventNames.UnionWith(others.EventNames);
        TraitKeys.UnionWith(others.TraitKeys);
        Fields |= others.Fields;
    }
}
