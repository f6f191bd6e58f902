using System.Text.Json;

namespace CdpPipeline.Domain.Segments;

/// <summary>Reads a definition in whichever spelling a request body gives it.</summary>
public static class SegmentSpellings
{
    /// <summary>
    /// Takes one of <c>filter</c>, <c>definition</c> and <c>where</c> from a JSON object (a null counts as absent). Null without an error
    /// when there is none of them; null and an error when there are several, or the one is not right.
    /// </summary>
    public static SegmentNode? Read(JsonElement body, out SegmentError? error)
    {
        error = null;
        string? name = null;
        JsonElement spelt = default;
        foreach (var candidate in (ReadOnlySpan<string>)["filter", "definition", "where"])
        {
            if (Find(body, candidate) is not { } value) continue;
            if (name is not null) error ??= new SegmentError(candidate, "expected exactly one of filter, definition and where");
            (name, spelt) = (candidate, value);
        }

        return error is not null ? null : name switch
        {
            "filter" => FilterReader.Read(spelt, out error),
            "definition" => DefinitionReader.Read(spelt, out error),
            "where" => Where(spelt, out error),
            _ => null,
        };
    }

    private static SegmentNode? Where(JsonElement where, out SegmentError? error)
    {
        var text = where.ValueKind == JsonValueKind.String ? JsonObject.TextOf(where) : null;
        if (text is not null) return WhereReader.Read(text, out error);
        error = new SegmentError("where", "expected a text");
        return null;
    }

    private static JsonElement? Find(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
