using System.Buffers;
using System.Text.Json;
using CdpPipeline.Api.Errors;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Grains.Interfaces.Ingest;

namespace CdpPipeline.Api.Ingest;

/// <summary>Writes the answers of the ingest edge, each with its Content-Length.</summary>
internal static class IngestAnswers
{
    private static readonly byte[] Success = "{\"success\":true}"u8.ToArray();

    public static Task SuccessAsync(HttpContext context) => SendAsync(context, StatusCodes.Status200OK, Success);

    /// <summary>
    /// A batch: how many were taken (some of them perhaps suppressed), how many were there already, and which were rejected, by their place.
    /// </summary>
    public static Task BatchAsync(HttpContext context, ReadEvents read, IReadOnlyList<IngestOutcome> outcomes)
    {
        var rejected = read.Rejected;
        var (accepted, duplicates, suppressed) = (0, 0, 0);
        List<RejectedEvent>? refused = null;
        for (var i = 0; i < outcomes.Count; i++)
        {
            if (outcomes[i].Status == IngestStatus.Stored) accepted++;
            else if (outcomes[i].Status == IngestStatus.Duplicate) duplicates++;
            else if (outcomes[i].Status == IngestStatus.Suppressed) suppressed++;
            else (refused ??= [.. rejected]).Add(Refused(read, i, outcomes[i].Refusal));
        }

        if (refused is not null) rejected = [.. refused.OrderBy(one => one.Index)];
        return SendAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteBoolean("success"u8, true);
            json.WriteNumber("accepted"u8, accepted + suppressed);
            json.WriteNumber("duplicates"u8, duplicates);
            if (suppressed > 0) json.WriteNumber("suppressed"u8, suppressed);
            json.WriteStartArray("rejected"u8);
            foreach (var one in rejected)
            {
                json.WriteStartObject();
                json.WriteNumber("index"u8, one.Index);
                json.WriteString("messageId"u8, one.MessageId);
                json.WriteString("field"u8, one.Field);
                json.WriteString("error"u8, one.Error);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    /// <summary>A single call: whom the event went to, and the id under which it is known.</summary>
    public static Task OneAsync(HttpContext context, Event @event, IngestOutcome outcome, bool hasMessageId)
    {
        if (outcome.Status == IngestStatus.Refused) return ProblemResponse.WriteAsync(context, Problems.Of(outcome.Refusal));
        return SendAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteBoolean("success"u8, true);
            if (outcome.Status == IngestStatus.Suppressed)
            {
                json.WriteBoolean("suppressed"u8, true);
                json.WriteNull("identityId"u8);
                if (hasMessageId) json.WriteString("messageId"u8, @event.MessageId);
                return;
            }

            json.WriteString("identityId"u8, outcome.Identity.Value);
            if (hasMessageId) json.WriteString("messageId"u8, new StoredEvent(outcome.Event, @event).MessageId);
        });
    }

    /// <summary>The second seed's answer: created now, or when the same key was used first.</summary>
    public static Task CreatedAsync(HttpContext context, IngestOutcome outcome)
    {
        if (outcome.Status == IngestStatus.Suppressed)
        {
            return SendAsync(context, StatusCodes.Status200OK, json =>
            {
                json.WriteBoolean("created"u8, false);
                json.WriteBoolean("suppressed"u8, true);
                json.WriteNull("eventId"u8);
                json.WriteNull("customerId"u8);
            });
        }

        var isNew = outcome.Status == IngestStatus.Stored;
        return SendAsync(context, isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK, json =>
        {
            json.WriteBoolean("created"u8, isNew);
            json.WriteString("eventId"u8, outcome.Event.ToString());
            json.WriteString("customerId"u8, outcome.Identity.Value);
        });
    }

    /// <summary>The second seed's error body.</summary>
    public static Task ErrorAsync(HttpContext context, string error) =>
        SendAsync(context, StatusCodes.Status400BadRequest, json => json.WriteString("error"u8, error));

    public static Task SendAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.Flush();
        return SendAsync(context, status, buffer.WrittenMemory);
    }

    private static async Task SendAsync(HttpContext context, int status, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>An event that was refused because of the person it is about.</summary>
    public static RejectedEvent Refused(ReadEvents read, int position, Refusal refusal)
    {
        var problem = Problems.Of(refusal);
        return new RejectedEvent(read.Indexes[position], read.Events[position].MessageId, problem.Field ?? "body", problem.Title);
    }
}
