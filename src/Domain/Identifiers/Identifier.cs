using System.Diagnostics.CodeAnalysis;

namespace CdpPipeline.Domain.Identifiers;

/// <summary>One name a person is known by, already normalised (see <see cref="IdentifierRules"/>). Ordered by priority, then value.</summary>
public readonly record struct Identifier(IdentifierKind Kind, string Value) : IComparable<Identifier>
{
    private static readonly IReadOnlySet<string> NoPlaceholders = new HashSet<string>();

    public int CompareTo(Identifier other) =>
        Kind != other.Kind ? Kind.CompareTo(other.Kind) : string.CompareOrdinal(Value, other.Value);

    /// <summary>The spelling of the API: <c>userId:42</c>, <c>email:a@x.com</c>.</summary>
    public override string ToString() => $"{NameOf(Kind)}:{Value}";

    /// <summary>Reads the spelling of the API; the value is normalised. False for an unknown kind or an unusable value.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Identifier? identifier)
    {
        identifier = null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || KindOf(text[..colon]) is not { } kind) return false;
        identifier = IdentifierRules.Normalise(kind, text[(colon + 1)..], NoPlaceholders);
        return identifier is not null;
    }

    public static string NameOf(IdentifierKind kind) => kind switch
    {
        IdentifierKind.UserId => "userId",
        IdentifierKind.Email => "email",
        IdentifierKind.Phone => "phone",
        _ => "anonymousId",
    };

    public static IdentifierKind? KindOf(string name) => name switch
    {
        "userId" => IdentifierKind.UserId,
        "email" => IdentifierKind.Email,
        "phone" => IdentifierKind.Phone,
        "anonymousId" => IdentifierKind.AnonymousId,
        _ => null,
    };
}
