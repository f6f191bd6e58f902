using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Profiles;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Api.Segments;

/// <summary>Answers who is in a segment, from its membership rows.</summary>
internal sealed class SegmentMembers(IGrains grains, IMembershipIndex memberships, ProfileLookup lookup)
{
    private const string List = "members";

    public async Task GetAsync(HttpContext context)
    {
        var place = new long[1];
        var problem = ListQuery.ReadLimit(context.Request, out var limit) ?? ListQuery.ReadCursor(context.Request, List, place, out _);
        if (problem is not null)
        {
            await ProblemResponse.WriteAsync(context, problem);
            return;
        }

        if (SegmentCalls.IdOf(context) is not { } id || await grains.Catalog.GetAsync(id, context.RequestAborted) is null)
        {
            await JsonAnswer.NotFoundAsync(context);
            return;
        }

        var found = await memberships.ListAsync(id, place[0], limit + 1, context.RequestAborted);
        var page = found.Count > limit ? [.. found.Take(limit)] : found;
        var profiles = await lookup.FindAsync([.. page.Select(member => member.Id)], context.RequestAborted);
        var next = found.Count > limit ? Cursor.Write(List, page[^1].Key) : null;
        await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, (page, profiles, next), static (json, answer) =>
        {
            json.WriteStartArray("members"u8);
            for (var i = 0; i < answer.page.Count; i++)
            {
                if (answer.profiles[i] is not { } profile) continue;
                json.WriteStartObject();
                json.WriteString("id"u8, profile.Id.Value);
                json.WriteString("userId"u8, profile.UserId);
                json.WriteString("email"u8, profile.Email);
                json.WriteInstant("since"u8, answer.page[i].Since);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("nextCursor"u8, answer.next);
        });
    }

    /// <summary>The first members, at most so many.</summary>
    public async Task<IReadOnlyList<Profile>> FirstAsync(SegmentId id, int membersMax, CancellationToken cancellationToken)
    {
        var rows = await memberships.ListAsync(id, afterKey: 0, membersMax, cancellationToken);
        return [.. (await lookup.FindAsync([.. rows.Select(member => member.Id)], cancellationToken)).OfType<Profile>()];
    }
}
