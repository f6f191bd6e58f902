using System.Text;
using System.Text.Json;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.ComputedTraits;

/// <summary>A field condition on a computed trait.</summary>
internal sealed class CompiledTraitField : CompiledNode
{
    private readonly CompiledTrait trait;
    private readonly PropertyPath path;
    private readonly FieldTest test;
    private readonly ValueJudge judge;

    public CompiledTraitField(FieldCondition condition, CompiledTrait trait)
    {
        this.trait = trait;
        path = condition.Field.Path!;
        test = FieldTest.Compile(condition.Field.Type, condition.Operator, condition.Value);
        judge = Judge;
    }

    public override bool Holds(in Moment moment, out long flip) => trait.Holds(moment, out flip) && trait.Judge(moment, judge, out flip);

    public override bool? TryHolds(in Moment moment) => trait.TryHolds(moment) is null ? null : Holds(moment, out _);

    /// <summary>The value that <see cref="Holds"/> looks at, as JSON; none when there is none. The windows must be able to tell.</summary>
    public IReadOnlyList<JsonElement> Actual(in Moment moment) => ValueOf(trait.ValueAt(moment)) is { Kind: not ValueKind.Missing } value ? [value.ToElement()] : [];

    private bool Judge(string? value, long now, out long flip) => test.Holds(ValueOf(value), now, out flip);

    private FieldValue ValueOf(string? json) =>
        json is not null && path.FindBelow(JsonElement.Parse(Encoding.UTF8.GetBytes(json))) is { } found ? FieldValue.Of(found) : default;
}
