using System.Text.Json;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// A dotted path into a JSON object, such as <c>address.city</c>. Its keys are separated by dots, so a key that holds a dot is not
/// addressable; anything else, also a space, is part of a key. Leads through objects only, not into lists. Compared by its text.
/// </summary>
public sealed class PropertyPath : IEquatable<PropertyPath>
{
    private readonly string text;
    private readonly string[] keys;

    private PropertyPath(string text, string[] keys)
    {
        this.text = text;
        this.keys = keys;
    }

    /// <summary>The first key: the trait's or the property's name.</summary>
    public string First => keys[0];

    /// <summary>Null when a key is empty or the text is longer than <see cref="SegmentLimits.NameLengthMax"/>.</summary>
    public static PropertyPath? Parse(string text)
    {
        if (text.Length > SegmentLimits.NameLengthMax) return null;
        var keys = text.Split('.');
        return Array.Exists(keys, string.IsNullOrEmpty) ? null : new PropertyPath(text, keys);
    }

    /// <summary>What the path leads to from an object that holds <see cref="First"/>; null when there is nothing or a JSON null.</summary>
    public JsonElement? Find(JsonElement parent) => Walk(parent, 0);

    /// <summary>What the rest of the path leads to from the value of <see cref="First"/>; null when there is nothing or a JSON null.</summary>
    public JsonElement? FindBelow(JsonElement first) => Walk(first, 1);

    public bool Equals(PropertyPath? other) => other is not null && text == other.text;

    public override bool Equals(object? obj) => Equals(obj as PropertyPath);

    public override int GetHashCode() => text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => text;

    private JsonElement? Walk(JsonElement element, int from)
    {
        for (var i = from; i < keys.Length; i++)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(keys[i], out element)) return null;
        }

        return element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? null : element;
    }
}
