using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace CdpPipeline.Domain.Tests.Segments;

/// <summary>
/// The meaning of a filter, spelt out from http-api.md over a person's raw events: no state, no index, nothing from the code under test.
/// </summary>
internal static class NaiveEvaluator
{
    public delegate bool Truth(SimulatedPerson person, long now);

    private delegate bool Test(JsonElement value, long now);

    /// <summary>References are looked up when the truth is asked for.</summary>
    public static Truth Of(JsonElement node, Func<string, Truth?> segments)
    {
        if (node.TryGetProperty("and", out var and))
        {
            var all = and.EnumerateArray().Select(child => Of(child, segments)).ToArray();
            return (person, now) => Array.TrueForAll(all, truth => truth(person, now));
        }

        if (node.TryGetProperty("or", out var or))
        {
            var any = or.EnumerateArray().Select(child => Of(child, segments)).ToArray();
            return (person, now) => Array.Exists(any, truth => truth(person, now));
        }

        if (node.TryGetProperty("not", out var not))
        {
            var inner = Of(not, segments);
            return (person, now) => !inner(person, now);
        }

        if (node.TryGetProperty("segment", out var segment))
        {
            var id = segment.GetString()!;
            return (person, now) => segments(id) is { } truth && truth(person, now);
        }

        return node.TryGetProperty("field", out var field) ? Field(field.GetString()!, node) : NaiveEvents.Of(node);
    }

    public static long Micros(DateTimeOffset instant) => (instant - DateTimeOffset.UnixEpoch).Ticks / 10;

    public static long Duration(string text) => 1_000_000L * int.Parse(text[..^1], CultureInfo.InvariantCulture) * text[^1] switch
    {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => 604_800,
    };

    private static Truth Field(string field, JsonElement node)
    {
        var condition = Condition(node);
        return (person, now) => condition(Values(person, field, now), now);
    }

    private static List<JsonElement> Values(SimulatedPerson person, string field, long now)
    {
        var dot = field.IndexOf('.', StringComparison.Ordinal);
        if (field.StartsWith("traits.", StringComparison.Ordinal)) return Below([Traits(person, now)]);
        if (field.StartsWith("groups.", StringComparison.Ordinal)) return Below(person.Groups);
        if (field.StartsWith("consent.", StringComparison.Ordinal)) return person.Consents.TryGetValue(field[(dot + 1)..], out var granted) ? [JsonSerializer.SerializeToElement(granted)] : [];
        object?[] values = field switch
        {
            "email" => [person.Email],
            "userId" => [person.UserId],
            "phone" => [person.Phone],
            "anonymousId" => [.. person.AnonymousIds],
            "createdAt" => [person.CreatedAt],
            "firstSeen" => [person.FirstSeen],
            "lastSeen" => [person.LastSeen],
            "events.count" => [person.EventCount],
            "pageViews" => [person.PageViews],
            _ => [person.Conversions],
        };
        return [.. values.Where(value => value is not null).Select(value => JsonSerializer.SerializeToElement(value))];

        List<JsonElement> Below(IEnumerable<Dictionary<string, JsonElement>> objects) =>
            [.. objects.Select(each => Find(JsonSerializer.SerializeToElement(each), field[(dot + 1)..])).OfType<JsonElement>()];
    }

    // What is computed goes before what was sent, even if it has no value.
    private static Dictionary<string, JsonElement> Traits(SimulatedPerson person, long now)
    {
        var traits = new Dictionary<string, JsonElement>(person.Traits);
        foreach (var (name, computed) in person.Computed)
        {
            traits.Remove(name);
            if (computed(person, now) is { } value) traits.Add(name, value);
        }

        return traits;
    }

    public static JsonElement? Find(JsonElement value, string path)
    {
        foreach (var key in path.Split('.'))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(key, out value)) return null;
        }

        return value.ValueKind == JsonValueKind.Null ? null : value;
    }

    public static Func<IReadOnlyList<JsonElement>, long, bool> Condition(JsonElement node)
    {
        var name = node.GetProperty("operator").GetString()!;
        var operand = node.TryGetProperty("value", out var value) ? value : default;
        if (name == "not_exists") return (values, _) => values.Count == 0;
        if (name == "neq" || name.StartsWith("not_", StringComparison.Ordinal))
        {
            var opposite = Single(name == "neq" ? "eq" : name[4..], operand, node);
            return (values, now) => !values.Any(each => opposite(each, now));
        }

        var test = Single(name, operand, node);
        return (values, now) => values.Any(each => test(each, now));
    }

    private static Test Single(string name, JsonElement operand, JsonElement node)
    {
        var isDateField = node.TryGetProperty("field", out var field) && field.GetString() is "createdAt" or "firstSeen" or "lastSeen";
        switch (name)
        {
            case "exists": return (_, _) => true;
            case "is_true": return (value, _) => value.ValueKind == JsonValueKind.True;
            case "is_false": return (value, _) => value.ValueKind == JsonValueKind.False;
            case "starts_with": return (value, _) => Text(value)?.StartsWith(operand.GetString()!, StringComparison.Ordinal) == true;
            case "ends_with": return (value, _) => Text(value)?.EndsWith(operand.GetString()!, StringComparison.Ordinal) == true;
            case "matches": return (value, _) => Text(value) is { } text && Regex.IsMatch(text, operand.GetString()!);
            case "in": return (value, now) => operand.EnumerateArray().Any(each => Same(value, each, isDateField, now));
            case "eq": return (value, now) => Same(value, operand, isDateField, now);
            case "contains":
                return (value, now) => value.ValueKind == JsonValueKind.Array
                    ? value.EnumerateArray().Any(each => Same(each, operand, false, now))
                    : operand.ValueKind == JsonValueKind.String && Text(value)?.Contains(operand.GetString()!, StringComparison.Ordinal) == true;
            case "within_last":
                return (value, now) => Date(value, now, false) is { } at && at <= now && at >= now - Duration(operand.GetString()!);
            case "before": return (value, now) => Date(value, now, false) < Date(operand, now, true);
            case "after": return (value, now) => Date(value, now, false) > Date(operand, now, true);
            default:
                return (value, now) => operand.ValueKind == JsonValueKind.Number
                    ? value.ValueKind == JsonValueKind.Number && Compare(name, value.GetDecimal().CompareTo(operand.GetDecimal()))
                    : Date(operand, now, true) is { } bound
                        ? Date(value, now, false) is { } at && Compare(name, at.CompareTo(bound))
                        : Text(value) is { } text && Compare(name, string.CompareOrdinal(text, operand.GetString()));
        }
    }

    private static bool Same(JsonElement value, JsonElement operand, bool isDateField, long now)
    {
        if (isDateField) return Date(value, now, false) == Date(operand, now, true);
        if (value.ValueKind != operand.ValueKind) return false;
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString() == operand.GetString(),
            JsonValueKind.Number => value.GetDecimal() == operand.GetDecimal(),
            JsonValueKind.True or JsonValueKind.False => true,
            _ => false,
        };
    }

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Date(JsonElement value, long now, bool mayBeRelative)
    {
        if (Text(value) is not { } text) return null;
        if (mayBeRelative && text is ['-' or '+', ..]) return now + ((text[0] == '-' ? -1 : 1) * Duration(text[1..]));
        var isDate = text.Length >= 10 && char.IsAsciiDigit(text[0]) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);
        return isDate ? Micros(DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)) : null;
    }

    public static bool Compare(string name, int order) => name switch
    {
        "eq" => order == 0,
        "neq" => order != 0,
        "gt" => order > 0,
        "gte" => order >= 0,
        "lt" => order < 0,
        "lte" => order <= 0,
        _ => throw new ArgumentException(name, nameof(name)),
    };
}
