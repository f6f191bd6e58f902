namespace CdpPipeline.Domain.ComputedTraits;

/// <summary>The public name of a computed trait's definition; it stays when the trait is renamed.</summary>
public readonly record struct ComputedTraitId(Guid Value)
{
    public override string ToString() => Value.ToString();

    public static bool TryParse(string text, out ComputedTraitId id)
    {
        var parsed = Guid.TryParseExact(text, "D", out var value);
        id = new ComputedTraitId(value);
        return parsed;
    }
}
