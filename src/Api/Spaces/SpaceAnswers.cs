using System.Text.Json;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Api.Spaces;

/// <summary>What the answers of Segment's Profile API have in common: errors, cursors, and how identifiers are written.</summary>
internal static class SpaceAnswers
{
    public static Task ErrorAsync(HttpContext context, int status, string code, string message) =>
        JsonAnswer.SendAsync(context, status, (code, message), static (json, error) =>
        {
            json.WriteStartObject("error"u8);
            json.WriteString("code"u8, error.code);
            json.WriteString("message"u8, error.message);
            json.WriteEndObject();
        });

    public static Task InvalidAsync(HttpContext context, string message) => ErrorAsync(context, StatusCodes.Status400BadRequest, "validation_error", message);

    public static Task NotFoundAsync(HttpContext context) => ErrorAsync(context, StatusCodes.Status404NotFound, "not_found", "Profile was not found.");

    /// <summary>Where this page was, and where the next one begins; null: it was the last.</summary>
    public static void WriteCursor(this Utf8JsonWriter json, string url, string? next, int limit)
    {
        json.WriteStartObject("cursor"u8);
        json.WriteString("url"u8, url);
        json.WriteBoolean("has_more"u8, next is not null);
        json.WriteString("next"u8, next ?? "");
        json.WriteNumber("limit"u8, limit);
        json.WriteEndObject();
    }

    /// <summary>Starts an object for an identifier, with what Segment says of each; the caller adds the rest and ends it.</summary>
    public static void StartExternalId(this Utf8JsonWriter json, string collection, string type, string id)
    {
        json.WriteStartObject();
        json.WriteString("collection"u8, collection);
        json.WriteString("type"u8, type);
        json.WriteString("id"u8, id);
        json.WriteString("encoding"u8, "none"u8);
    }

    /// <summary>The kind's name at Segment.</summary>
    public static string TypeOf(IdentifierKind kind) => kind switch
    {
        IdentifierKind.UserId => "user_id",
        IdentifierKind.Email => "email",
        IdentifierKind.Phone => "phone",
        _ => "anonymous_id",
    };
}
