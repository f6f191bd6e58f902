using System.Text.Json;
using CdpPipeline.Api.Profiles;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.Profiles;

namespace CdpPipeline.Api.Spaces;

/// <summary>
/// Answers a profile's traits, external ids, metadata and links as Segment does. The traits are those of the profile, computed ones among
/// them, and for each segment that the person is in its name in snake case, with the value true. What is not kept here is null.
/// </summary>
internal sealed class SpaceReads(PersonFinder finder, SegmentNames names)
{
    private const int TraitsMax = 200;
    private const int ExternalIdsMax = 100;
    private const int LinksMax = 20;

    public async Task TraitsAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (!SpaceQuery.TryReadLimit(context.Request, TraitsMax, out var limit))
        {
            await SpaceAnswers.InvalidAsync(context, $"The parameter `limit` must be a whole number from 1 to {TraitsMax}.");
            return;
        }

        if (await FindAsync(context) is not { } profile) return;
        var traits = SpaceTraits.Of(profile, await names.CurrentAsync(context.RequestAborted), query["class"]);
        var include = SpaceQuery.Names(context.Request, "include");
        var next = query["next"].ToString();
        var page = traits
            .Where(trait => (include is null || include.Contains(trait.Key)) && string.CompareOrdinal(trait.Key, next) >= 0)
            .OrderBy(trait => trait.Key, StringComparer.Ordinal)
            .Take(limit + 1)
            .ToList();
        var isVerbose = query["verbose"] == "true";
        await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, (page, limit, isVerbose, Url: UrlOf(context)), static (json, answer) =>
        {
            json.WriteStartObject("traits"u8);
            foreach (var (name, value) in answer.page.Take(answer.limit))
            {
                json.WritePropertyName(name);
                if (answer.isVerbose) json.WriteStartObject();
                if (answer.isVerbose) json.WritePropertyName("value"u8);
                json.WriteRawValue(value.Span, skipInputValidation: true);
                if (answer.isVerbose) json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteCursor(answer.Url, answer.page.Count > answer.limit ? answer.page[answer.limit].Key : null, answer.limit);
        });
    }

    public Task ExternalIdsAsync(HttpContext context)
    {
        var include = SpaceQuery.Names(context.Request, "include");
        return ListAsync(
            context,
            ExternalIdsMax,
            profile => profile.Identifiers.Where(one => include is null || include.Contains(SpaceAnswers.TypeOf(one.Identifier.Kind))),
            one => $"{SpaceAnswers.TypeOf(one.Identifier.Kind)}:{one.Identifier.Value}",
            static (json, one) =>
            {
                json.StartExternalId("users", SpaceAnswers.TypeOf(one.Identifier.Kind), one.Identifier.Value);
                json.WriteInstant("created_at"u8, one.FirstSeen);
                json.WriteNull("source_id"u8);
                json.WriteNull("first_message_id"u8);
                json.WriteEndObject();
            });
    }

    public Task LinksAsync(HttpContext context) => ListAsync(context, LinksMax, profile => profile.Groups, group => group.GroupId, static (json, group) =>
    {
        json.WriteStartObject();
        json.WriteString("to_collection"u8, "accounts"u8);
        json.WriteStartArray("external_ids"u8);
        json.StartExternalId("accounts", "group_id", group.GroupId);
        json.WriteNull("created_at"u8);
        json.WriteNull("source_id"u8);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    });

    public async Task MetadataAsync(HttpContext context)
    {
        if (await FindAsync(context) is not { } profile) return;
        await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, profile, static (json, profile) =>
        {
            var last = profile.Timeline.Count > 0 ? profile.Timeline[0] : null;
            json.WriteStartObject("metadata"u8);
            json.WriteInstant("created_at"u8, profile.CreatedAt);
            json.WriteInstant("updated_at"u8, profile.LastSeen ?? profile.CreatedAt);
            json.WriteNull("expires_at"u8);
            json.WriteNull("first_message_id"u8);
            json.WriteNull("first_source_id"u8);
            json.WriteString("last_message_id"u8, last?.MessageId);
            json.WriteString("last_source_id"u8, last?.Event.Source);
            json.WriteEndObject();
        });
    }

    // The cursor names the item that the next page begins with.
    private async Task ListAsync<T>(HttpContext context, int limitMax, Func<Profile, IEnumerable<T>> list, Func<T, string> nameOf, Action<Utf8JsonWriter, T> write)
    {
        if (!SpaceQuery.TryReadLimit(context.Request, limitMax, out var limit))
        {
            await SpaceAnswers.InvalidAsync(context, $"The parameter `limit` must be a whole number from 1 to {limitMax}.");
            return;
        }

        if (await FindAsync(context) is not { } profile) return;
        var items = list(profile).ToList();
        var next = context.Request.Query["next"].ToString();
        var start = next.Length == 0 ? 0 : items.FindIndex(item => nameOf(item) == next);
        if (start < 0)
        {
            await SpaceAnswers.InvalidAsync(context, "The parameter `next` is no cursor of this list.");
            return;
        }

        var following = start + limit < items.Count ? nameOf(items[start + limit]) : null;
        await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, (Page: items.Skip(start).Take(limit), limit, following, write, Url: UrlOf(context)), static (json, answer) =>
        {
            json.WriteStartArray("data"u8);
            foreach (var item in answer.Page) answer.write(json, item);
            json.WriteEndArray();
            json.WriteCursor(answer.Url, answer.following, answer.limit);
        });
    }

    private static string UrlOf(HttpContext context) => context.Request.PathBase + context.Request.Path;

    private async Task<Profile?> FindAsync(HttpContext context)
    {
        var profile = SpaceQuery.ReferenceOf(context) is { } reference ? await finder.FindAsync(reference, context.RequestAborted) : null;
        if (profile is null) await SpaceAnswers.NotFoundAsync(context);
        return profile;
    }
}
