using System.Text.Json;

namespace CdpPipeline.Domain.Segments;

/// <summary>Reads a definition in whichever spelling a request body gives it.</summary>
public static class SegmentSpellings
{
    /// <summary>
    /// Takes exactly one of <c>filter</c>, <c>definition</c> and <c>where</c> from a JSON object (a null counts as absent); null and an error
    /// otherwise. <c>where</c>, the SQL-like text, is not supported yet.
    /// </summary>
    public static SegmentNode? Read(JsonElement body, out SegmentError? error)
    {
        var filter = Find(body, "filter");
        var definition = Find(body, "definition");
        var where = Find(body, "where");
        var given = (filter is null ? 0 : 1) + (definition is null ? 0 : 1) + (where is null ? 0 : 1);
        error = given == 1 ? null : new SegmentError("filter", "expected exactly one of filter, definition and where");
        if (error is not null) return null;
        if (filter is { } tree) return FilterReader.Read(tree, out error);
        if (definition is { } simple) return DefinitionReader.Read(simple, out error);
        error = new SegmentError("where", "the SQL-like text is not supported yet");
        return null;
    }

    private static JsonElement? Find(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
