using System.Text;

namespace CdpPipeline.Domain.Identifiers;

/// <summary>Decides which raw values identify a person, and their one spelling. Pure.</summary>
public static class IdentifierRules
{
    /// <summary>Longest identifier, in UTF-16 characters.</summary>
    public const int LengthMax = 512;

    /// <summary>Values that clients send for "nobody". Compared without case. The list is an option of the host.</summary>
    public static readonly IReadOnlySet<string> DefaultPlaceholders = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "null", "undefined", "anonymous", "guest", "none", "nil", "nan", "n/a", "unknown", "0", "-1", "true", "false",
        "[object Object]", "00000000-0000-0000-0000-000000000000",
    };

    /// <summary>
    /// The normalised identifier, or null when the value is absent, a placeholder, or cannot name anyone.
    /// userId and anonymousId are trimmed; email is trimmed and lower-cased and needs an inner <c>@</c>;
    /// phone keeps its digits and a leading <c>+</c> and needs at least five digits.
    /// </summary>
    public static Identifier? Normalise(IdentifierKind kind, string? raw, IReadOnlySet<string> placeholders)
    {
        var value = raw?.Trim();
        if (string.IsNullOrEmpty(value) || value.Length > LengthMax || placeholders.Contains(value)) return null;
        var normal = kind switch
        {
            IdentifierKind.Email => Email(value),
            IdentifierKind.Phone => Phone(value),
            _ => HasControl(value) ? null : value,
        };
        return normal is null || placeholders.Contains(normal) ? null : new Identifier(kind, normal);
    }

    /// <inheritdoc cref="Normalise(IdentifierKind, string?, IReadOnlySet{string})"/>
    public static Identifier? Normalise(IdentifierKind kind, string? raw, IEnumerable<string> placeholders) =>
        Normalise(kind, raw, placeholders.ToHashSet(StringComparer.OrdinalIgnoreCase));

    private static string? Email(string value)
    {
        var at = value.LastIndexOf('@');
        if (at <= 0 || at == value.Length - 1 || HasControl(value) || value.Any(char.IsWhiteSpace)) return null;
        return value.ToLowerInvariant();
    }

    private static string? Phone(string value)
    {
        var digits = new StringBuilder(value.Length);
        foreach (var c in value)
        {
            if (char.IsAsciiDigit(c) || (c == '+' && digits.Length == 0)) digits.Append(c);
            else if (c is not (' ' or '-' or '(' or ')' or '.' or '/')) return null;
        }

        return digits.Length - (digits.Length > 0 && digits[0] == '+' ? 1 : 0) >= 5 ? digits.ToString() : null;
    }

    private static bool HasControl(string value) => value.Any(char.IsControl);
}
