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

    /// <summary>
    /// An error of <see cref="SegmentReferences"/> about the tree that was read from this body: where the body spells it as text, with the
    /// reference's place in that.
    /// </summary>
    public static SegmentError Placed(SegmentError error, SegmentNode tree, JsonElement body)
    {
        if (Find(body, "where") is not { ValueKind: JsonValueKind.String } where || JsonObject.TextOf(where) is not { } text) return error;
        var references = SegmentTrees.All(tree, "filter").Where(each => each.Node is SegmentReference).ToList();
        var at = references.FindIndex(each => error.Path == $"{each.Path}.segment");
        return at < 0 ? error with { Path = "where" } : TextCursor.At(WhereReader.References(text)[at], error.Message);
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
