using System.Text.Json;

namespace CdpPipeline.Domain.Segments;

/// <summary>The members of a JSON object whose names must all be known and be there once.</summary>
internal sealed class JsonObject
{
    private readonly Dictionary<string, JsonElement> members = new(StringComparer.Ordinal);

    private JsonObject(string path) => Path = path;

    public string Path { get; }

    /// <summary>Null and an error when the value is no object, or has a member twice.</summary>
    public static JsonObject? Read(JsonElement value, string path, string expected, ReadingErrors errors)
    {
        if (value.ValueKind != JsonValueKind.Object) return errors.Add<JsonObject>(path, $"expected {expected}");
        var read = new JsonObject(path);
        foreach (var member in value.EnumerateObject())
        {
            var name = NameOf(member);
            if (name is null) return errors.Add<JsonObject>(path, "has a member whose name is no text");
            if (!read.members.TryAdd(name, member.Value)) return errors.Add<JsonObject>($"{path}.{name}", "is there twice");
        }

        return read;
    }

    public bool Has(string name) => members.ContainsKey(name);

    /// <summary>A member; null when it is absent or a JSON null.</summary>
    public JsonElement? Find(string name) =>
        members.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A text of 1 to so many characters; null and an error otherwise.</summary>
    public string? Text(string name, int lengthMax, ReadingErrors errors)
    {
        var text = Find(name) is { ValueKind: JsonValueKind.String } value ? TextOf(value) : null;
        if (string.IsNullOrEmpty(text)) return errors.Add<string>($"{Path}.{name}", "expected a text that is not empty");
        return text.Length <= lengthMax ? text : errors.Add<string>($"{Path}.{name}", $"expected at most {lengthMax} characters");
    }

    /// <summary>A path to a property; null and an error otherwise.</summary>
    public PropertyPath? PathTo(string name, ReadingErrors errors)
    {
        if (Text(name, SegmentLimits.NameLengthMax, errors) is not { } text) return null;
        return PropertyPath.Parse(text) ?? errors.Add<PropertyPath>($"{Path}.{name}", "expected keys separated by single dots");
    }

    /// <summary>A whole number between bounds; null and an error otherwise.</summary>
    public int? Whole(string name, int least, int most, ReadingErrors errors)
    {
        if (Find(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDecimal(out var number)
            && number >= least && number <= most && number == decimal.Truncate(number)) return (int)number;
        errors.Add<object>($"{Path}.{name}", $"expected a whole number from {least} to {most}");
        return null;
    }

    /// <summary>False and an error when there is a member beside these.</summary>
    public bool HasOnly(ReadingErrors errors, params ReadOnlySpan<string> names)
    {
        foreach (var name in members.Keys)
        {
            if (names.Contains(name)) continue;
            errors.Add<object>($"{Path}.{name}", $"is not known here; expected {string.Join(", ", names!)}");
            return false;
        }

        return true;
    }

    private static string? NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The text of a JSON string; null when it holds half a surrogate pair.</summary>
    public static string? TextOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
