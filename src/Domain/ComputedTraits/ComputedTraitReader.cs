using System.Text.Json;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.ComputedTraits;

/// <summary>
/// Reads the definition of a computed trait from a JSON object: <c>name</c>, and the members of its computation. Whatever else may be in the object is
/// the caller's. The first thing that is not as expected is the error; its path begins with the member's name.
/// </summary>
public static class ComputedTraitReader
{
    private static readonly string[] Parts = ["fn", "event", "where", "property", "within", "between"];

    /// <summary>Whether the object says anything of a computation.</summary>
    public static bool HasComputation(JsonElement body) => Array.Exists(Parts, part => body.TryGetProperty(part, out _));

    /// <summary>Null and an error when the object has members beside those of a computation and these.</summary>
    public static SegmentError? FindUnknown(JsonElement body, params IReadOnlyList<string> others)
    {
        var errors = new ReadingErrors();
        var node = JsonObject.Read(body, "", "an object", errors);
        node?.HasOnly(errors, [.. others, .. Parts]);
        return Placed(errors.First);
    }

    /// <summary>Null and an error when something is not as expected.</summary>
    public static TraitComputation? Read(JsonElement body, out SegmentError? error)
    {
        var errors = new ReadingErrors();
        var computation = JsonObject.Read(body, "", "an object", errors) is { } node ? Read(node, errors) : null;
        error = Placed(errors.First);
        return error is null ? computation : null;
    }

    /// <summary>One that was read before and then stored. Throws <see cref="InvalidDataException"/> if it is not as it was.</summary>
    public static TraitComputation ReadTrusted(JsonElement json) =>
        Read(json, out var error) ?? throw new InvalidDataException($"A stored computed trait cannot be read: {error}.");

    /// <summary>Whether the text may name a computed trait: letters, digits and underscores of ASCII, the first no digit.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= ComputedTraitLimits.NameLengthMax
        && !char.IsAsciiDigit(text[0])
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');

    private static TraitComputation? Read(JsonObject node, ReadingErrors errors)
    {
        var function = node.Find("fn") is { ValueKind: JsonValueKind.String } spelt ? TraitFunctions.Parse(JsonObject.TextOf(spelt)) : null;
        if (function is null) return errors.Add<TraitComputation>(".fn", $"expected one of {TraitFunctions.Choice}");
        var nodes = 1;
        var reader = new EventReader(errors, path =>
        {
            if (++nodes <= SegmentLimits.NodesMax) return true;
            errors.Add<object>(path, $"at most {SegmentLimits.NodesMax} conditions are allowed");
            return false;
        });
        if (reader.ReadWhich(node) is not { } events) return null;
        if (function == TraitFunction.Count)
            return node.Find("property") is null ? new TraitComputation(TraitFunction.Count, events, null) : errors.Add<TraitComputation>(".property", "is not known here: count is of events");
        return node.PathTo("property", errors) is { } property ? new TraitComputation(function.Value, events, property) : null;
    }

    // The object has no name of its own.
    private static SegmentError? Placed(SegmentError? error) => error is null ? null : error with { Path = error.Path.TrimStart('.') };
}
