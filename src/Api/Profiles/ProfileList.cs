using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Routes;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Api.Profiles;

/// <summary>Answers the list of people, newest first, and searches in it. Merged identities are not listed.</summary>
internal sealed class ProfileList(IIdentityIndex index, ProfileLookup lookup)
{
    private const string List = "profiles";

    // Whoever owns exactly what is searched for comes first, out of the order of keys: at most one for each kind and spelling.
    private const int OutOfOrderMax = 8;

    public async Task GetAsync(HttpContext context)
    {
        var place = new long[2];
        string? search = null;
        var isContinued = false;
        var problem = ListQuery.ReadLimit(context.Request, out var limit)
            ?? ListQuery.ReadCursor(context.Request, List, place, out isContinued)
            ?? ListQuery.ReadText(context.Request, "search", out search);
        if (problem is not null)
        {
            await ProblemResponse.WriteAsync(context, problem);
            return;
        }

        var found = await ListAsync(search, isContinued ? (place[0], (int)place[1]) : null, limit + 1, context.RequestAborted);
        var page = found.Count > limit ? [.. found.Take(limit)] : found;
        var profiles = await lookup.FindAsync([.. page.Select(identity => identity.Id)], context.RequestAborted);
        var next = found.Count > limit ? Cursor.Write(List, page[^1].Key, Math.Min(place[1] + limit, OutOfOrderMax + 1)) : null;
        await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, (profiles, next), static (json, answer) =>
        {
            json.WriteStartArray("profiles"u8);
            foreach (var profile in answer.profiles)
            {
                if (profile is not null) ProfileJson.WriteSummary(json, profile);
            }

            json.WriteEndArray();
            json.WriteString("nextCursor"u8, answer.next);
        });
    }

    /// <summary>What follows after so many that were shown, of which the last has this key.</summary>
    private async Task<IReadOnlyList<IndexedIdentity>> ListAsync(string? search, (long Key, int Shown)? after, int limit, CancellationToken cancellationToken)
    {
        if (search is null || after is not { Shown: <= OutOfOrderMax } place) return await index.ListAsync(search, after?.Key, limit, cancellationToken);
        return [.. (await index.ListAsync(search, beforeKey: null, place.Shown + limit, cancellationToken)).Skip(place.Shown)];
    }
}
