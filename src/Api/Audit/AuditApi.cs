using System.Buffers.Binary;
using System.Text.Json;
using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Routes;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Api.Audit;

/// <summary>Maps <c>GET /api/audit</c>: who did what, newest first. Nothing here changes or removes an entry.</summary>
internal sealed class AuditApi(IAuditLog log)
{
    private const string List = "audit";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var calls = endpoints.ServiceProvider.GetRequiredService<AuditApi>();
        endpoints.Serve("/api/audit", ApiRoute.Get(ApiAccess.Admin, calls.ListAsync));
    }

    private async Task ListAsync(HttpContext context)
    {
        var request = context.Request;
        var place = new long[2];
        string? actor = null, action = null;
        var problem = ListQuery.ReadLimit(request, out var limit)
            ?? ListQuery.ReadCursor(request, List, place, out var isGiven)
            ?? ListQuery.ReadText(request, "actor", out actor)
            ?? ListQuery.ReadText(request, "action", out action);
        if (problem is not null)
        {
            await ProblemResponse.WriteAsync(context, problem);
            return;
        }

        var before = string.IsNullOrEmpty(request.Query["cursor"]) ? (Guid?)null : IdOf(place);
        var entries = await log.ReadAsync(new AuditQuery(limit + 1, before, actor, action), context.RequestAborted);
        await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, (entries, limit), Write);
    }

    private static void Write(Utf8JsonWriter json, (IReadOnlyList<AuditEntry> Entries, int Limit) page)
    {
        json.WriteStartArray("entries"u8);
        foreach (var entry in page.Entries.Take(page.Limit)) Write(json, entry);
        json.WriteEndArray();
        json.WriteString("nextCursor"u8, page.Entries.Count > page.Limit ? CursorOf(page.Entries[page.Limit - 1].Id) : null);
    }

    private static void Write(Utf8JsonWriter json, AuditEntry entry)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, entry.Id);
        json.WriteInstant("at"u8, entry.At);
        json.WriteStartObject("actor"u8);
        json.WriteString("keyId"u8, entry.Actor.KeyId);
        json.WriteString("name"u8, entry.Actor.Name);
        json.WriteString("session"u8, entry.Actor.Session);
        json.WriteEndObject();
        json.WriteString("action"u8, entry.Action);
        json.WriteString("target"u8, entry.Target);
        json.WriteString("outcome"u8, OutcomeOf(entry.Status));
        json.WritePropertyName("status"u8);
        if (entry.Status is { } status) json.WriteNumberValue(status);
        else json.WriteNullValue();
        json.WriteEndObject();
    }

    private static string OutcomeOf(int? status) => status switch
    {
        null => "open",
        < 400 => "done",
        < 500 => "refused",
        _ => "failed",
    };

    private static string CursorOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return Cursor.Write(List, BinaryPrimitives.ReadInt64BigEndian(bytes), BinaryPrimitives.ReadInt64BigEndian(bytes[8..]));
    }

    private static Guid IdOf(ReadOnlySpan<long> place)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, place[0]);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], place[1]);
        return new Guid(bytes, bigEndian: true);
    }
}
