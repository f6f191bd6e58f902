using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Api.Profiles;

/// <summary>Answers a person's profile and her timeline.</summary>
internal sealed class ProfileReads(IGrains grains, PersonFinder finder, RenderedProfiles rendered, SegmentNames names)
{
    private const string EventsList = "events";

    /// <summary>The profile as of now, or with <c>?at=</c> as it was. The hot path: no query, no rendering and no parsing while nothing changes.</summary>
    public async Task GetAsync(HttpContext context)
    {
        if (context.Request.QueryString.HasValue && context.Request.Query.ContainsKey("at"))
        {
            await GetAtAsync(context);
            return;
        }

        if (PersonReference.Of(context) is { } reference && await finder.FindAsync(reference, context.RequestAborted) is { } profile)
            await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, await rendered.OfAsync(profile, context.RequestAborted));
        else
            await JsonAnswer.NotFoundAsync(context);
    }

    /// <summary>One page of the timeline, newest first.</summary>
    public async Task EventsAsync(HttpContext context)
    {
        var place = new long[4];
        string? name = null;
        DateTimeOffset? from = null, to = null;
        var isContinued = false;
        var problem = ListQuery.ReadLimit(context.Request, out var limit)
            ?? ListQuery.ReadCursor(context.Request, EventsList, place, out isContinued)
            ?? ListQuery.ReadText(context.Request, "name", out name)
            ?? ListQuery.ReadInstant(context.Request, "from", out from)
            ?? ListQuery.ReadInstant(context.Request, "to", out to);
        if (problem is not null)
        {
            await ProblemResponse.WriteAsync(context, problem);
            return;
        }

        var query = new TimelineQuery(limit + 1) { Name = name, From = from, To = to, Before = isContinued ? Position(place) : null };
        var events = PersonReference.Of(context) is { } reference
            ? await finder.AskAsync(reference, id => EventsAsync(id, query, context.RequestAborted), context.RequestAborted)
            : null;
        if (events is null) await JsonAnswer.NotFoundAsync(context);
        else await SendAsync(context, events, limit);
    }

    private static TimelinePosition Position(long[] place) => new(Instants.FromMicros(place[0]), Instants.FromMicros(place[1]), place[2], place[3]);

    private static string CursorAfter(StoredEvent stored) =>
        Cursor.Write(EventsList, stored.Event.Timestamp.ToMicros(), stored.Event.ReceivedAt.ToMicros(), stored.Id.Component, stored.Id.Seq);

    private static Task SendAsync(HttpContext context, IReadOnlyList<StoredEvent> events, int limit) =>
        JsonAnswer.SendAsync(context, StatusCodes.Status200OK, (events, limit), static (json, page) =>
        {
            var count = Math.Min(page.events.Count, page.limit);
            json.WriteStartArray("events"u8);
            for (var i = 0; i < count; i++) EventJson.WriteWhole(json, page.events[i]);
            json.WriteEndArray();
            json.WriteString("nextCursor"u8, page.events.Count > page.limit ? CursorAfter(page.events[count - 1]) : null);
        });

    private async Task<(IReadOnlyList<StoredEvent>? Answer, bool IsMoved)> EventsAsync(IdentityId id, TimelineQuery query, CancellationToken cancellationToken)
    {
        var answer = await grains.Identity(id).EventsAsync(query, cancellationToken);
        return (answer.Events, answer.MovedTo is not null);
    }

    private async Task GetAtAsync(HttpContext context)
    {
        if (ListQuery.ReadInstant(context.Request, "at", out var at) is { } problem)
        {
            await ProblemResponse.WriteAsync(context, problem);
            return;
        }

        if (at is null)
        {
            await ProblemResponse.WriteAsync(context, Problems.InvalidField("at", "Expected an RFC 3339 time."));
            return;
        }

        var profile = PersonReference.Of(context) is { } reference
            ? await finder.AskAsync(
                reference,
                async id =>
                {
                    var answer = await grains.Identity(id).ProfileAtAsync(at.Value, context.RequestAborted);
                    return (answer.Profile, answer.MovedTo is not null);
                },
                context.RequestAborted)
            : null;

        // Before her first event there was nobody.
        if (profile is null || profile.EventCount == 0) await JsonAnswer.NotFoundAsync(context);
        else await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, ProfileJson.Render(profile, await names.CurrentAsync(context.RequestAborted)));
    }
}
