using System.Text.Json;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Routes;

namespace CdpPipeline.Api.Auth;

/// <summary>Maps <c>/api/sources</c>: where events may come from, each with a write key of its own.</summary>
public static class SourcesApi
{
    /// <summary>Longest name, in UTF-16 characters.</summary>
    public const int NameLengthMax = 256;

    private const int OriginsMax = 50;

    public static IEndpointRouteBuilder MapSources(this IEndpointRouteBuilder endpoints)
    {
        var ring = endpoints.ServiceProvider.GetRequiredService<KeyRing>();
        endpoints.Serve(
            "/api/sources",
            ApiRoute.Get(ApiAccess.Admin, context => ListAsync(context, ring)),
            ApiRoute.Post(ApiAccess.Admin, context => AddAsync(context, ring)));
        endpoints.Serve("/api/sources/{id}", ApiRoute.Delete(ApiAccess.Admin, context => RemoveAsync(context, ring)));
        return endpoints;
    }

    private static async Task ListAsync(HttpContext context, KeyRing ring)
    {
        var sources = await ring.SourcesAsync(context.RequestAborted);
        await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, sources, static (json, sources) =>
        {
            json.WriteStartArray("sources"u8);
            foreach (var (source, _) in sources)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, source.Id);
                json.WriteString("name"u8, source.Name);
                WriteOrigins(json, source.Origins);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static async Task AddAsync(HttpContext context, KeyRing ring)
    {
        var (body, problem) = await JsonBody.ReadAsync(context);
        var name = "";
        IReadOnlyList<string> origins = [];
        problem ??= body.ReadText("name", NameLengthMax, out name) ?? ReadOrigins(body, out origins);
        if (problem is not null)
        {
            await ProblemResponse.WriteAsync(context, problem);
            return;
        }

        var added = await ring.AddSourceAsync(name, origins, context.RequestAborted);
        await JsonAnswer.SendAsync(context, StatusCodes.Status201Created, added, static (json, added) =>
        {
            json.WriteString("id"u8, added.Source.Id);
            json.WriteString("name"u8, added.Source.Name);
            json.WriteString("writeKey"u8, added.WriteKey);
            WriteOrigins(json, added.Source.Origins);
        });
    }

    private static async Task RemoveAsync(HttpContext context, KeyRing ring) =>
        await KeysApi.AnswerAsync(context, await ring.RemoveSourceAsync((string)context.Request.RouteValues["id"]!, context.RequestAborted));

    private static Problem? ReadOrigins(JsonElement body, out IReadOnlyList<string> origins)
    {
        origins = [];
        if (body.Find("origins") is not { } list) return null;
        if (list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= OriginsMax && list.EnumerateArray().All(IsOrigin))
        {
            origins = [.. list.EnumerateArray().Select(origin => origin.GetString()!)];
            return null;
        }

        return Problems.InvalidField("origins", $"Expected a list of at most {OriginsMax} web origins, such as https://shop.example.");
    }

    private static bool IsOrigin(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= NameLengthMax } text
        && Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https") && uri.GetLeftPart(UriPartial.Authority) == text;

    private static void WriteOrigins(Utf8JsonWriter json, IReadOnlyList<string> origins)
    {
        json.WriteStartArray("origins"u8);
        foreach (var origin in origins) json.WriteStringValue(origin);
        json.WriteEndArray();
    }
}
