using System.Text.Encodings.Web;
using System.Text.Json;
using CdpPipeline.Api.Profiles;
using CdpPipeline.Api.Routes;
using CdpPipeline.Api.Segments;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Api.Privacy;

/// <summary>
/// Answers everything that is held about a person, as one JSON object that is written while it is read: its length does not matter, and only a few at the same time. Should she be erased
/// meanwhile, or the store go away, the answer breaks off and is no JSON.
/// </summary>
internal sealed class ExportCalls(IGrains grains, PersonFinder finder, IMembershipTransitions transitions, SegmentNames names, ExportPlaces places, TimeProvider clock)
{
    private const int EventsPerPage = 100;
    private const int TransitionsPerPage = 1_000;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public async Task GetAsync(HttpContext context)
    {
        if (PersonReference.Of(context) is not { } reference || await finder.FindAsync(reference, context.RequestAborted) is not { } profile)
        {
            await JsonAnswer.NotFoundAsync(context);
            return;
        }

        using var place = places.Enter();
        var history = (await grains.Identity(profile.Id).MergesAsync(context.RequestAborted)).History;
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, Options);
        json.WriteStartObject();
        json.WriteInstant("exportedAt"u8, clock.GetUtcNow());
        json.WriteStartArray("components"u8);
        foreach (var id in ComponentsOf(profile)) json.WriteStringValue(id.Value);
        json.WriteEndArray();
        json.WriteStartObject("profile"u8);
        ProfileJson.WriteMembers(json, (profile, await names.CurrentAsync(context.RequestAborted)));
        json.WriteEndObject();
        json.WriteStartObject("mergeHistory"u8);
        if (history is not null) MergeJson.WriteHistory(json, history);
        json.WriteEndObject();
        await WriteTransitionsAsync(context, json, profile);
        await WriteEventsAsync(context, json, profile.Id);
        json.WriteEndObject();
        await FlushAsync(context, json);
    }

    private static IEnumerable<IdentityId> ComponentsOf(Profile profile) => profile.MergedIds.Prepend(profile.Id);

    private static async Task FlushAsync(HttpContext context, Utf8JsonWriter json)
    {
        await json.FlushAsync(context.RequestAborted);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private async Task WriteTransitionsAsync(HttpContext context, Utf8JsonWriter json, Profile profile)
    {
        json.WriteStartArray("transitions"u8);
        IdentityId[] ids = [.. ComponentsOf(profile)];
        IReadOnlyList<MembershipTransition> page = [];
        do
        {
            page = await transitions.OfAsync(ids, page.Count == 0 ? default : page[^1].Place, TransitionsPerPage, context.RequestAborted);
            foreach (var transition in page)
            {
                json.WriteStartObject();
                json.WriteString("segmentId"u8, transition.Segment.Value);
                SegmentTransitions.WriteMembers(json, transition);
                json.WriteEndObject();
            }

            await FlushAsync(context, json);
        }
        while (page.Count == TransitionsPerPage);
        json.WriteEndArray();
    }

    private async Task WriteEventsAsync(HttpContext context, Utf8JsonWriter json, IdentityId id)
    {
        json.WriteStartArray("events"u8);
        var query = new TimelineQuery(EventsPerPage);
        while (true)
        {
            var page = await PageAsync(id, query, context.RequestAborted);
            if (page is null)
            {
                context.Abort();
                return;
            }

            foreach (var stored in page) EventJson.WriteWhole(json, stored);
            await FlushAsync(context, json);
            if (page.Count < EventsPerPage) break;
            query = query with { Before = TimelinePosition.Of(page[^1]) };
        }

        json.WriteEndArray();
    }

    /// <summary>Null when she is gone.</summary>
    private Task<IReadOnlyList<StoredEvent>?> PageAsync(IdentityId id, TimelineQuery query, CancellationToken cancellationToken) => finder.AskAsync(
        new PersonReference(id, null),
        async found =>
        {
            var answer = await grains.Identity(found).EventsAsync(query, cancellationToken);
            return (answer.Events, answer.MovedTo is not null);
        },
        cancellationToken);
}
