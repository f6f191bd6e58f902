using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace CdpPipeline.Domain.Schemas;

/// <summary>Reads the keywords that are about a value by itself. Lengths of texts are in code points; numbers are compared as decimals where they are any.</summary>
internal static class ValueRules
{
    public static readonly string PatternExpected =
        $"expected a pattern of at most {SchemaLimits.PatternLengthMax} characters that a linear-time engine takes: no look-around, no back-references";

    private static readonly string[] Types = ["null", "boolean", "object", "array", "number", "string", "integer"];

    /// <summary>The pattern, unanchored; null when it can't be taken.</summary>
    public static Regex? Pattern(string pattern)
    {
        if (pattern.Length > SchemaLimits.PatternLengthMax) return null;
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Null when the keyword is not one of these, or its value is wrong; then <paramref name="expected"/> says what it should be.</summary>
    public static SchemaRule? Read(string keyword, JsonElement value, string place, out string? expected)
    {
        expected = null;
        SchemaRule Rule(string text, Func<JsonElement, bool> holds) => new ValueRule(place, text, holds);
        switch (keyword)
        {
            case "type":
                expected = $"expected one of {string.Join(", ", Types)}, or a list of them";
                return TypesOf(value) is not { } types ? null : Rule($"must be {string.Join(" or ", types.Select(Spelt))}", json => types.Exists(type => IsOf(json, type)));
            case "enum":
                expected = $"expected a list of 1 to {SchemaLimits.ValuesMax} values";
                if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 or > SchemaLimits.ValuesMax) return null;
                List<JsonElement> values = [.. value.EnumerateArray().Select(each => each.Clone())];
                return Rule("must be one of the values that are listed", json => values.Exists(each => JsonElement.DeepEquals(each, json)));
            case "const":
                var only = value.Clone();
                return Rule("must be the value that is given", json => JsonElement.DeepEquals(only, json));
            case "pattern":
                expected = PatternExpected;
                if (value.ValueKind != JsonValueKind.String || Pattern(value.GetString()!) is not { } pattern) return null;
                return Rule("must match the pattern", json => json.ValueKind != JsonValueKind.String || pattern.IsMatch(json.GetString()!));
            case "format":
                expected = $"expected one of {StringFormats.Names}";
                if (value.ValueKind != JsonValueKind.String || StringFormats.Find(value.GetString()!) is not { } format) return null;
                return Rule($"must be of the format {value.GetString()}", json => json.ValueKind != JsonValueKind.String || format(json.GetString()!));
            case "uniqueItems":
                expected = "expected true or false";
                if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) return null;
                return value.ValueKind == JsonValueKind.False ? Rule("", _ => true) : Rule("must have no item twice", AreUnique);
            default:
                return ReadBound(keyword, value, place, out expected);
        }
    }

    private static ValueRule? ReadBound(string keyword, JsonElement value, string place, out string? expected)
    {
        ValueRule? Number(string text, Func<decimal, decimal, bool> holds)
        {
            if (value.ValueKind != JsonValueKind.Number || !value.TryGetDecimal(out var bound) || (keyword == "multipleOf" && bound <= 0)) return null;
            return new ValueRule(place, $"must be {text} {bound.ToString(CultureInfo.InvariantCulture)}", json => json.ValueKind != JsonValueKind.Number || holds(ValueOf(json), bound));
        }

        ValueRule? Size(string text, string unit, bool isMost, Func<JsonElement, int?> sizeOf)
        {
            if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var bound) || bound < 0) return null;
            return new ValueRule(
                place,
                $"must have {text} {bound.ToString(CultureInfo.InvariantCulture)} {unit}",
                json => sizeOf(json) is not { } size || (isMost ? size <= bound : size >= bound));
        }

        var isSize = keyword.EndsWith("Length", StringComparison.Ordinal) || keyword is "minItems" or "maxItems" or "minProperties" or "maxProperties";
        expected = isSize ? "expected a whole number, 0 or more" : keyword == "multipleOf" ? "expected a number greater than 0" : "expected a number";
        switch (keyword)
        {
            case "minimum": return Number("at least", (number, bound) => number >= bound);
            case "maximum": return Number("at most", (number, bound) => number <= bound);
            case "exclusiveMinimum": return Number("more than", (number, bound) => number > bound);
            case "exclusiveMaximum": return Number("less than", (number, bound) => number < bound);
            case "multipleOf": return Number("a multiple of", (number, bound) => number % bound == 0);
            case "minLength": return Size("at least", "characters", false, LengthOf);
            case "maxLength": return Size("at most", "characters", true, LengthOf);
            case "minItems": return Size("at least", "items", false, ItemsOf);
            case "maxItems": return Size("at most", "items", true, ItemsOf);
            case "minProperties": return Size("at least", "members", false, MembersOf);
            case "maxProperties": return Size("at most", "members", true, MembersOf);
            default:
                expected = null;
                return null;
        }
    }

    private static List<string>? TypesOf(JsonElement value)
    {
        List<JsonElement> listed = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        return listed.Count > 0 && listed.TrueForAll(each => each.ValueKind == JsonValueKind.String && Types.Contains(each.GetString()))
            ? [.. listed.Select(each => each.GetString()!)]
            : null;
    }

    private static string Spelt(string type) => type switch
    {
        "null" => "null",
        "object" or "array" or "integer" => $"an {type}",
        _ => $"a {type}",
    };

    private static bool IsOf(JsonElement value, string type) => value.ValueKind switch
    {
        JsonValueKind.String => type == "string",
        JsonValueKind.Number => type == "number" || (type == "integer" && IsWhole(value)),
        JsonValueKind.True or JsonValueKind.False => type == "boolean",
        JsonValueKind.Object => type == "object",
        JsonValueKind.Array => type == "array",
        _ => type == "null",
    };

    private static bool IsWhole(JsonElement number) => number.TryGetDecimal(out var value) ? decimal.Truncate(value) == value : double.IsInteger(number.GetDouble());

    // What is beyond decimals is further from any bound than they are.
    private static decimal ValueOf(JsonElement number) =>
        number.TryGetDecimal(out var value) ? value : number.GetDouble() > 0 ? decimal.MaxValue : decimal.MinValue;

    private static int? LengthOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()!.EnumerateRunes().Count() : null;

    private static int? ItemsOf(JsonElement value) => value.ValueKind == JsonValueKind.Array ? value.GetArrayLength() : null;

    private static int? MembersOf(JsonElement value) => value.ValueKind == JsonValueKind.Object ? value.GetPropertyCount() : null;

    // Texts and numbers by value; objects and arrays as they are spelt, so that the time is in proportion to the length.
    private static bool AreUnique(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array) return true;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in value.EnumerateArray())
        {
            var text = item.ValueKind switch
            {
                JsonValueKind.String => new StringBuilder("\"").Append(item.GetString()).ToString(),
                JsonValueKind.Number when item.TryGetDecimal(out var number) => (number / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture),
                _ => item.GetRawText(),
            };
            if (!seen.Add(text)) return false;
        }

        return true;
    }
}
