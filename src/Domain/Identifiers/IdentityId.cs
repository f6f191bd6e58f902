namespace CdpPipeline.Domain.Identifiers;

/// <summary>The public name of an identity: a UUIDv7, so older identities sort first.</summary>
public readonly record struct IdentityId(Guid Value) : IComparable<IdentityId>
{
    public int CompareTo(IdentityId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString();

    public static bool TryParse(string text, out IdentityId id)
    {
        var parsed = Guid.TryParseExact(text, "D", out var value);
        id = new IdentityId(value);
        return parsed;
    }
}
