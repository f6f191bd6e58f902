using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Profiles;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Ingest;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Api.Segments;

/// <summary>Answers who is in a segment, from its membership rows.</summary>
internal sealed class SegmentMembers(IGrains grains, IMembershipIndex memberships, ProfileLookup lookup, IdentityResolver resolver)
{
    private const int AttemptsMax = 4;

    public async Task GetAsync(HttpContext context)
    {
        var place = new long[1];
        var id = SegmentCalls.IdOf(context);
        var problem = ListQuery.ReadLimit(context.Request, out var limit) ?? ListQuery.ReadCursor(context.Request, ListOf(id), place, out _);
        if (problem is not null)
        {
            await ProblemResponse.WriteAsync(context, problem);
            return;
        }

        if (id is not { } segment || await grains.Catalog.GetAsync(segment, context.RequestAborted) is not { } record)
        {
            await JsonAnswer.NotFoundAsync(context);
            return;
        }

        var (page, profiles, isMore) = await ReadAsync(record.ShownSet, place[0], limit, context.RequestAborted);
        var next = isMore ? Cursor.Write(ListOf(segment), page[^1].Key) : null;
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
    public async Task<IReadOnlyList<Profile>> FirstAsync(SegmentId set, int membersMax, CancellationToken cancellationToken) =>
        [.. (await ReadAsync(set, afterKey: 0, membersMax, cancellationToken)).Profiles.OfType<Profile>()];

    // A place among the members of one segment says nothing about another's.
    private static string ListOf(SegmentId? segment) => $"members {segment}";

    private async Task<(IReadOnlyList<StoredMember> Page, Profile?[] Profiles, bool IsMore)> ReadAsync(
        SegmentId set, long afterKey, int limit, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var found = await memberships.ListAsync(set, afterKey, limit + 1, cancellationToken);
            IReadOnlyList<StoredMember> page = found.Count > limit ? [.. found.Take(limit)] : found;
            var profiles = await lookup.FindAsync([.. page.Select(member => member.Id)], cancellationToken);
            var merged = page.Where((_, i) => profiles[i] is null).ToList();
            if (merged.Count == 0 || attempt == AttemptsMax) return (page, profiles, found.Count > limit);

            // Of a merge that is under way: once it is completed, the survivor has the row, and the page is as it should be.
            foreach (var member in merged) await resolver.DescribeAsync(member.Id, cancellationToken);
        }
    }
}
