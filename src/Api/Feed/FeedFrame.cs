using System.Text.Json;
using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Ingest;
using CdpPipeline.Api.Profiles;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Plans;
using CdpPipeline.Grains.Interfaces.Ingest;

namespace CdpPipeline.Api.Feed;

/// <summary>Writes what became of an event as a server-sent event. Pure.</summary>
internal static class FeedFrame
{
    /// <summary>One that was read; <paramref name="reported"/> says in what it is not as planned.</summary>
    public static byte[] Of(Source source, Event @event, FeedOutcome result, IngestOutcome outcome, PlanVerdict? reported, int shownBytesMax) => Frame(source, result, @event.ReceivedAt, json =>
    {
        json.WriteString("messageId"u8, @event.MessageId);
        json.WriteString("type"u8, EventJson.NameOf(@event.Type));
        json.WriteString("name"u8, @event.Name);

        // Of whoever wants to be forgotten nothing is shown.
        if (result == FeedOutcome.Suppressed) return;
        WriteEvent(json, @event, shownBytesMax);
        if (result == FeedOutcome.Rejected) return;
        json.WriteString("identityId"u8, outcome.Identity.Value);
        json.WriteString("eventId"u8, outcome.Event.ToString());
        if (reported is not null) WriteViolations(json, reported);
    });

    /// <summary>One that was not taken.</summary>
    public static byte[] Of(Source source, RejectedEvent rejected, DateTimeOffset at, int shownBytesMax) => Frame(source, FeedOutcome.Rejected, at, json =>
    {
        json.WriteString("messageId"u8, rejected.MessageId);
        json.WriteString("field"u8, rejected.Field);
        json.WriteString("error"u8, rejected.Error);
        if (rejected.Event is { } @event)
        {
            json.WriteString("type"u8, EventJson.NameOf(@event.Type));
            json.WriteString("name"u8, @event.Name);
            WriteEvent(json, @event, shownBytesMax);
        }

        if (rejected.Sent.IsEmpty || rejected.Sent.Length > shownBytesMax) return;
        json.WritePropertyName("sent"u8);
        json.WriteRawValue(rejected.Sent.Span, skipInputValidation: true);
    });

    private static void WriteEvent(Utf8JsonWriter json, Event @event, int shownBytesMax)
    {
        json.WriteStartArray("identifiers"u8);
        foreach (Identifier identifier in @event.Identifiers) EventJson.Write(json, identifier);
        json.WriteEndArray();
        json.WriteInstant("timestamp"u8, @event.Timestamp);
        var isShown = @event.Properties.Length + @event.Context.Length <= shownBytesMax;
        if (!isShown) json.WriteBoolean("tooLargeToShow"u8, true);
        if (!isShown) return;
        EventJson.WriteObject(json, "properties"u8, @event.Properties);
        EventJson.WriteObject(json, "context"u8, @event.Context);
    }

    private static void WriteViolations(Utf8JsonWriter json, PlanVerdict verdict)
    {
        json.WriteStartArray("violations"u8);
        if (verdict.Findings.Count == 0) json.WriteStringValue(verdict.Reason);
        foreach (var finding in verdict.Findings) json.WriteStringValue($"{PlanVerdict.FieldOf(finding)} {finding}");
        json.WriteEndArray();
    }

    private static byte[] Frame(Source source, FeedOutcome outcome, DateTimeOffset at, Action<Utf8JsonWriter> write)
    {
        var data = JsonAnswer.Render((source, outcome, at, write), static (json, content) =>
        {
            json.WriteString("outcome"u8, FeedOutcomes.NameOf(content.outcome));
            json.WriteInstant("at"u8, content.at);
            json.WriteString("sourceId"u8, content.source.Id);
            json.WriteString("source"u8, content.source.Name);
            content.write(json);
        });

        // What clients send may be spread over lines, which only white space can be; a message is one line.
        data.AsSpan().ReplaceAny(System.Buffers.SearchValues.Create("\n\r"u8), (byte)' ');
        return [.. "event: event\ndata: "u8, .. data, .. "\n\n"u8];
    }
}
