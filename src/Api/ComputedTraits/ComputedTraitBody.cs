using System.Text.Json;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.ComputedTraits;

namespace CdpPipeline.Api.ComputedTraits;

/// <summary>A computed trait as a client spells it. What was not sent is null; a computation is sent as a whole or not at all.</summary>
internal sealed record ComputedTraitBody(string? Name, TraitComputation? Computation)
{
    /// <summary>Longest description, in UTF-16 characters.</summary>
    public const int DescriptionLengthMax = 4_096;

    public string? Description { get; private init; }

    /// <summary>Whether the description was sent, if only as null.</summary>
    public bool HasDescription { get; private init; }

    /// <summary>Reads what is there; a new one must have a name and a computation.</summary>
    public static (ComputedTraitBody? Body, Problem? Problem) Read(JsonElement json, bool isNew)
    {
        if (ComputedTraitReader.FindUnknown(json, "name", "description") is { } unknown) return (null, Problems.InvalidDefinition(unknown));
        string? name = null;
        if (isNew || json.Find("name") is not null)
        {
            name = json.Find("name") is { ValueKind: JsonValueKind.String } sent ? sent.GetString()! : "";
            if (!ComputedTraitReader.IsName(name))
                return (null, Problems.InvalidField("name", $"Expected 1 to {ComputedTraitLimits.NameLengthMax} letters, digits and underscores, the first no digit."));
        }

        var description = json.Find("description");
        if (description is not null && (description.Value.ValueKind != JsonValueKind.String || description.Value.GetString()!.Length > DescriptionLengthMax))
            return (null, Problems.InvalidField("description", $"Expected a text of at most {DescriptionLengthMax} characters."));
        TraitComputation? computation = null;
        if (isNew || ComputedTraitReader.HasComputation(json))
        {
            computation = ComputedTraitReader.Read(json, out var error);
            if (error is not null) return (null, Problems.InvalidDefinition(error));
        }

        return (new ComputedTraitBody(name, computation) { Description = description?.GetString(), HasDescription = json.TryGetProperty("description", out _) }, null);
    }
}
