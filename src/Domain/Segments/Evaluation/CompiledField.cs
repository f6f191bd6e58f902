namespace CdpPipeline.Domain.Segments;

/// <summary>A field condition.</summary>
internal sealed class CompiledField(FieldCondition condition) : CompiledNode
{
    private readonly FieldKind kind = condition.Field.Kind;
    private readonly PropertyPath? path = condition.Field.Path;
    private readonly FieldTest test = FieldTest.Compile(condition.Field.Type, condition.Operator, condition.Value);

    public override EventTrend Trend { get; } = EventTrends.OfField(condition.Field.Kind, condition.Operator);

    public override bool Holds(in Moment moment, out long flip) => kind switch
    {
        FieldKind.GroupTrait => test.Holds(GroupValues(moment.Person), moment.Now, out flip),
        FieldKind.AnonymousId => test.Holds(AnonymousIds(moment.Person), moment.Now, out flip),
        _ => test.Holds(SingleValue(moment.Person), moment.Now, out flip),
    };

    public override bool? TryHolds(in Moment moment) => Holds(moment, out _);

    /// <summary>The values that <see cref="Holds"/> looks at, as JSON; none when the field is missing.</summary>
    public IReadOnlyList<System.Text.Json.JsonElement> Actual(IPerson person)
    {
        FieldValue[] values = kind switch
        {
            FieldKind.GroupTrait => GroupValues(person),
            FieldKind.AnonymousId => AnonymousIds(person),
            _ => [SingleValue(person)],
        };
        return [.. values.Where(value => value.Kind != ValueKind.Missing).Select(value => value.ToElement())];
    }

    private FieldValue SingleValue(IPerson person) => kind switch
    {
        FieldKind.Trait => person.Trait(path!) is { } trait ? FieldValue.Of(trait) : default,
        FieldKind.Consent => FieldValue.Of(person.Consent(path!.First)),
        FieldKind.Email => FieldValue.Of(person.Email),
        FieldKind.UserId => FieldValue.Of(person.UserId),
        FieldKind.Phone => FieldValue.Of(person.Phone),
        FieldKind.CreatedAt => FieldValue.Of(person.CreatedAt),
        FieldKind.FirstSeen => FieldValue.Of(person.FirstSeen),
        FieldKind.LastSeen => FieldValue.Of(person.LastSeen),
        FieldKind.EventCount => FieldValue.Of(person.EventCount),
        FieldKind.PageViews => FieldValue.Of(person.PageViews),
        _ => FieldValue.Of(person.Conversions),
    };

    private FieldValue[] GroupValues(IPerson person)
    {
        var found = person.GroupTraits(path!);
        var values = new List<FieldValue>(found.Count);
        foreach (var element in found)
        {
            if (FieldValue.Of(element) is { Kind: not ValueKind.Missing } value) values.Add(value);
        }

        return [.. values];
    }

    private static FieldValue[] AnonymousIds(IPerson person)
    {
        var ids = person.AnonymousIds;
        var values = new FieldValue[ids.Count];
        for (var i = 0; i < values.Length; i++) values[i] = FieldValue.Of(ids[i]);
        return values;
    }
}
