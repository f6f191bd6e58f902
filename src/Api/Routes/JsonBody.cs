using System.Text.Json;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Ingest;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Api.Routes;

/// <summary>Reads a request body that must be one JSON object of at most <see cref="BytesMax"/>, in clean UTF-8.</summary>
internal static class JsonBody
{
    public const int BytesMax = 1024 * 1024;

    /// <summary>Levels of objects and arrays. A filter may be as deep as its reader allows, and sits in an object.</summary>
    public const int DepthMax = SegmentLimits.JsonDepthMax;

    /// <summary>The object, valid without disposal; or why there is none.</summary>
    public static async Task<(JsonElement Body, Problem? Problem)> ReadAsync(HttpContext context)
    {
        using var body = await RequestBody.ReadAsync(context.Request, BytesMax, context.RequestAborted);
        return body.Problem is { } problem ? (default, problem) : Parse(body.Bytes);
    }

    /// <summary>The same, where no body at all stands for an empty object.</summary>
    public static async Task<(JsonElement Body, Problem? Problem)> ReadOptionalAsync(HttpContext context)
    {
        using var body = await RequestBody.ReadAsync(context.Request, BytesMax, context.RequestAborted);
        return body.Problem is { } problem ? (default, problem) : Parse(body.Bytes.IsEmpty ? "{}"u8 : body.Bytes);
    }

    public static (JsonElement Body, Problem? Problem) Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        if (JsonText.IsSuspect(bytes) && !JsonText.IsClean(bytes)) return (default, Problems.InvalidField("body", "The body has text that is no valid Unicode, or NUL."));
        try
        {
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = DepthMax });
            var element = JsonElement.ParseValue(ref reader);
            if (reader.Read()) return (default, Problems.NotJson(1, reader.TokenStartIndex + 1));
            return element.ValueKind == JsonValueKind.Object ? (element, null) : (default, Problems.InvalidField("body", "Expected a JSON object."));
        }
        catch (JsonException exception)
        {
            return (default, Problems.NotJson((exception.LineNumber ?? 0) + 1, (exception.BytePositionInLine ?? 0) + 1));
        }
    }

    /// <summary>A member; null when it is absent or a JSON null.</summary>
    public static JsonElement? Find(this JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A trimmed text of 1 to so many characters, or a problem that names the field.</summary>
    public static Problem? ReadText(this JsonElement body, string name, int lengthMax, out string text)
    {
        text = body.Find(name) is { ValueKind: JsonValueKind.String } value ? value.GetString()!.Trim() : "";
        return text.Length > 0 && text.Length <= lengthMax ? null : Problems.InvalidField(name, $"Expected a text of 1 to {lengthMax} characters.");
    }
}
