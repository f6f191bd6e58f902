using System.Text.Json;
using CdpPipeline.Api.Tests.Auth;

namespace CdpPipeline.Api.Tests.Audit;

/// <summary>Every route that changes something leaves an entry, also where it is refused. A route that is in neither list fails.</summary>
public sealed class AuditedRoutesTests
{
    private static readonly Dictionary<string, string> Acts = new(StringComparer.Ordinal)
    {
        ["POST /api/sources"] = "source.create",
        ["PUT /api/sources/{id}"] = "source.update",
        ["DELETE /api/sources/{id}"] = "source.delete",
        ["POST /api/sources/{id}/keys"] = "source-key.create",
        ["DELETE /api/sources/{id}/keys/{keyId}"] = "source-key.revoke",
        ["PUT /api/sources/{id}/plan"] = "plan.update",
        ["DELETE /api/sources/{id}/plan"] = "plan.delete",
        ["DELETE /api/sources/{id}/violations"] = "violations.clear",
        ["POST /api/keys"] = "key.create",
        ["DELETE /api/keys/{id}"] = "key.delete",
        ["POST /api/session"] = "session.open",
        ["DELETE /api/session"] = "session.end",
        ["POST /api/segments"] = "segment.create",
        ["PUT /api/segments/{id}"] = "segment.update",
        ["DELETE /api/segments/{id}"] = "segment.delete",
        ["POST /api/computed-traits"] = "computed-trait.create",
        ["PUT /api/computed-traits/{id}"] = "computed-trait.update",
        ["DELETE /api/computed-traits/{id}"] = "computed-trait.delete",
        ["DELETE /api/profiles/{reference}"] = "profile.erase",
        ["POST /api/profiles/{reference}/merges"] = "profile.merge",
        ["POST /api/profiles/{reference}/merges/{mergedId}/undo"] = "profile.unmerge",
        ["DELETE /api/suppressions/{reference}"] = "suppression.lift",
    };

    // Events are in the timelines of those whom they are of; a preview, like a merge with dryRun, changes nothing.
    private static readonly HashSet<string> NoActs = new(StringComparer.Ordinal)
    {
        "POST /v1/track", "POST /v1/t", "POST /v1/identify", "POST /v1/i", "POST /v1/page", "POST /v1/p", "POST /v1/screen", "POST /v1/s", "POST /v1/group", "POST /v1/g", "POST /v1/alias", "POST /v1/a",
        "POST /v1/batch", "POST /v1/b", "POST /v1/import", "POST /v1/m", "POST /beacon/v1/batch", "POST /api/s/{call}", "POST /api/s/s2s/{call}", "POST /api/track", "POST /api/events",
        "POST /api/segments/preview",
    };

    [Fact]
    public async Task Every_route_that_changes_something_leaves_one_entry_by_its_name_and_no_other_route_leaves_any()
    {
        await using var host = await ApiHost.StartAsync();
        var (session, _, _) = await Browsing.OpenAsync(host, ApiHost.AdminKey);
        var routes = AccessTests.Routes(host).Where(route => !route.Name.StartsWith("unknown ", StringComparison.Ordinal)).ToList();
        Assert.Equal(
            Acts.Keys.Concat(NoActs).Order(StringComparer.Ordinal),
            routes.Where(route => route.Method != HttpMethod.Get).Select(route => route.Name).Order(StringComparer.Ordinal));

        var (wrong, known) = (new List<string>(), (await EntriesAsync(host)).Count);
        foreach (var (name, method, path) in routes.Where(route => route.Method != HttpMethod.Get))
        {
            // Only a session can be ended.
            if (name == "DELETE /api/session")
            {
                await session.StatusAsync(host, method, path);
            }
            else
            {
                using var request = AccessTests.Request(method, path);
                using var response = await host.SendAsync(method, path, request.Content is null ? null : await request.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            }

            var entries = await EntriesAsync(host);
            var left = entries.Take(entries.Count - known).Select(entry => entry.GetProperty("action").GetString()).ToList();
            known = entries.Count;
            if (!left.SequenceEqual(Acts.TryGetValue(name, out var action) ? [action] : [])) wrong.Add($"{name} left {(left.Count == 0 ? "nothing" : string.Join(", ", left))}");
        }

        Assert.Empty(wrong);
    }

    private static async Task<List<JsonElement>> EntriesAsync(ApiHost host) => [.. (await host.GetAsync("/api/audit?limit=100")).GetProperty("entries").EnumerateArray()];
}
