using System.Text.Json;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Api.Segments;

/// <summary>A segment as a client spells it: a name, a description, and the definition in exactly one of its spellings. What was not sent is null.</summary>
internal sealed record SegmentBody(string? Name, SegmentNode? Definition)
{
    /// <summary>Longest name, in UTF-16 characters.</summary>
    public const int NameLengthMax = 256;

    /// <summary>Longest description, in UTF-16 characters.</summary>
    public const int DescriptionLengthMax = 4_096;

    public string? Description { get; private init; }

    /// <summary>Whether the description was sent, if only as null.</summary>
    public bool HasDescription { get; private init; }

    /// <summary>Reads what is there; the caller decides what must be.</summary>
    public static (SegmentBody? Body, Problem? Problem) Read(JsonElement json)
    {
        string? name = null;
        if (json.Find("name") is not null)
        {
            if (json.ReadText("name", NameLengthMax, out var text) is { } problem) return (null, problem);
            name = text;
        }

        var description = json.Find("description");
        if (description is not null && (description.Value.ValueKind != JsonValueKind.String || description.Value.GetString()!.Length > DescriptionLengthMax))
            return (null, Problems.InvalidField("description", $"Expected a text of at most {DescriptionLengthMax} characters."));
        var (definition, fault) = ReadDefinition(json);
        return fault is not null
            ? (null, fault)
            : (new SegmentBody(name, definition) { Description = description?.GetString(), HasDescription = json.TryGetProperty("description", out _) }, null);
    }

    /// <summary>The tree of whichever spelling was sent; both null when none was.</summary>
    public static (SegmentNode? Definition, Problem? Problem) ReadDefinition(JsonElement json)
    {
        var tree = SegmentSpellings.Read(json, out var error);
        return error is null ? (tree, null) : (null, Problems.InvalidDefinition(error));
    }
}
