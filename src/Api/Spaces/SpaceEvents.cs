using System.Text.Json;
using CdpPipeline.Api.Profiles;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Api.Spaces;

/// <summary>
/// Answers a profile's events as Segment does, newest first or oldest first. Where several names are included, or any excluded, at most <see cref="ReadsMax"/>
/// reads of the timeline make one page, which may then have fewer events than asked for, and a cursor to go on from.
/// </summary>
internal sealed class SpaceEvents(IGrains grains, PersonFinder finder)
{
    private const int ReadsMax = 10;

    public async Task GetAsync(HttpContext context)
    {
        if (SpaceEventQuery.Read(context.Request, out var fault) is not { } query)
        {
            await SpaceAnswers.InvalidAsync(context, fault);
            return;
        }

        var page = SpaceQuery.ReferenceOf(context) is { } reference ? await CollectAsync(reference, query, context.RequestAborted) : null;
        if (page is null)
        {
            await SpaceAnswers.NotFoundAsync(context);
            return;
        }

        await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, (page, query, Url: context.Request.PathBase + context.Request.Path), static (json, answer) =>
        {
            json.WriteStartArray("data"u8);
            foreach (var stored in answer.page.Events) Write(json, stored, answer.page.Person);
            json.WriteEndArray();
            json.WriteCursor(answer.Url, answer.page.Last is { } last ? answer.query.CursorAfter(last) : null, answer.query.Limit);
        });
    }

    private static void Write(Utf8JsonWriter json, StoredEvent stored, IdentityId person)
    {
        var e = stored.Event;
        json.WriteStartObject();
        json.WriteStartArray("external_ids"u8);
        foreach (var identifier in e.Identifiers)
        {
            json.StartExternalId("users", SpaceAnswers.TypeOf(identifier.Kind), identifier.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteObject(json, "context"u8, e.Context);
        json.WriteString("type"u8, EventJson.NameOf(e.Type));
        json.WriteString("message_id"u8, stored.MessageId);
        json.WriteString("source_id"u8, e.Source);
        json.WriteInstant("timestamp"u8, e.Timestamp);
        WriteObject(json, e.Type == EventType.Identify ? "traits"u8 : "properties"u8, e.Properties);
        if (e.Name is not null) json.WriteString("event"u8, e.Name);
        json.WriteStartObject("related"u8);
        json.WriteString("users"u8, person.Value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteObject(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlyMemory<byte> value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value.IsEmpty ? "{}"u8 : value.Span, skipInputValidation: true);
    }

    private async Task<Page?> CollectAsync(PersonReference reference, SpaceEventQuery query, CancellationToken cancellationToken)
    {
        var events = new List<StoredEvent>(query.Limit);
        var timeline = query.Timeline;
        StoredEvent? last = null;
        Page? read = null;
        for (var reads = 0; reads < ReadsMax; reads++)
        {
            read = await finder.AskAsync(reference, id => ReadAsync(id, timeline, cancellationToken), cancellationToken);
            if (read is null) return null;
            foreach (var stored in read.Events)
            {
                if (query.Wants(stored))
                {
                    if (events.Count == query.Limit) return new Page(read.Person, events, last);
                    events.Add(stored);
                }

                last = stored;
            }

            if (read.Events.Count < timeline.Limit) return new Page(read.Person, events, null);
            var reached = TimelinePosition.Of(read.Events[^1]);
            timeline = timeline.IsOldestFirst ? timeline with { After = reached } : timeline with { Before = reached };
        }

        return new Page(read!.Person, events, last);
    }

    private async Task<(Page? Answer, bool IsMoved)> ReadAsync(IdentityId id, TimelineQuery timeline, CancellationToken cancellationToken)
    {
        var answer = await grains.Identity(id).EventsAsync(timeline, cancellationToken);
        return (answer.Events is { } events ? new Page(id, events, null) : null, answer.MovedTo is not null);
    }

    /// <summary>Events, and the one after which the next page begins; null: there is none.</summary>
    private sealed record Page(IdentityId Person, IReadOnlyList<StoredEvent> Events, StoredEvent? Last);
}
