using System.Net;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CdpPipeline.Api.Tests.Auth;

/// <summary>Every route that the host serves, asked by everybody there is. A route that is not in the table fails.</summary>
public sealed class AccessTests
{
    private const string Nobody = "01890000-0000-7000-8000-000000000000";
    private const string Profile = "/v1/spaces/{space}/collections/users/profiles/{reference}";

    private static readonly Dictionary<string, Access> Table = new(StringComparer.Ordinal)
    {
        ["GET /healthz"] = Access.Public,
        ["GET /readyz"] = Access.Public,
        ["GET /cdp.js"] = Access.Public,
        ["GET /analytics.js/v1/{writeKey}/analytics.min.js"] = Access.Public,
        ["GET /analytics.js/v1/{writeKey}/analytics.js"] = Access.Public,
        ["GET /openapi/v1.json"] = Access.Public,
        ["POST /v1/m"] = Access.Public,
        ["GET /v1/projects/{writeKey}/settings"] = Access.Public,
        ["GET /sourceConfig"] = Access.Ingest,
        ["POST /v1/track"] = Access.Ingest,
        ["POST /v1/t"] = Access.Ingest,
        ["POST /v1/identify"] = Access.Ingest,
        ["POST /v1/i"] = Access.Ingest,
        ["POST /v1/page"] = Access.Ingest,
        ["POST /v1/p"] = Access.Ingest,
        ["POST /v1/screen"] = Access.Ingest,
        ["POST /v1/s"] = Access.Ingest,
        ["POST /v1/group"] = Access.Ingest,
        ["POST /v1/g"] = Access.Ingest,
        ["POST /v1/alias"] = Access.Ingest,
        ["POST /v1/a"] = Access.Ingest,
        ["POST /v1/batch"] = Access.Ingest,
        ["POST /v1/b"] = Access.Ingest,
        ["POST /v1/import"] = Access.Ingest,
        ["POST /beacon/v1/batch"] = Access.Ingest,
        ["POST /api/s/{call}"] = Access.Ingest,
        ["POST /api/s/s2s/{call}"] = Access.Ingest,
        ["POST /api/track"] = Access.Ingest,
        ["POST /api/events"] = Access.Ingest,
        ["GET /metrics"] = Access.Read,
        [$"GET {Profile}/traits"] = Access.Read,
        [$"GET {Profile}/external_ids"] = Access.Read,
        [$"GET {Profile}/metadata"] = Access.Read,
        [$"GET {Profile}/links"] = Access.Read,
        [$"GET {Profile}/events"] = Access.Read,
        ["GET /api/profiles"] = Access.Read,
        ["GET /api/profiles/{reference}"] = Access.Read,
        ["DELETE /api/profiles/{reference}"] = Access.Admin,
        ["GET /api/profiles/{reference}/export"] = Access.Read,
        ["GET /api/profiles/{reference}/events"] = Access.Read,
        ["GET /api/profiles/{reference}/merges"] = Access.Read,
        ["POST /api/profiles/{reference}/merges"] = Access.Admin,
        ["POST /api/profiles/{reference}/merges/{mergedId}/undo"] = Access.Admin,
        ["GET /api/profiles/{reference}/segments/{segmentId}/explain"] = Access.Read,
        ["GET /api/erasures/{number}"] = Access.Admin,
        ["GET /api/suppressions/{reference}"] = Access.Admin,
        ["DELETE /api/suppressions/{reference}"] = Access.Admin,
        ["GET /api/segments"] = Access.Read,
        ["POST /api/segments"] = Access.Admin,
        ["POST /api/segments/preview"] = Access.Read,
        ["GET /api/segments/live"] = Access.Read,
        ["GET /api/segments/{id}"] = Access.Read,
        ["PUT /api/segments/{id}"] = Access.Admin,
        ["DELETE /api/segments/{id}"] = Access.Admin,
        ["GET /api/segments/{id}/preview"] = Access.Read,
        ["GET /api/segments/{id}/members"] = Access.Read,
        ["GET /api/segments/{id}/transitions"] = Access.Read,
        ["GET /api/segments/{id}/audit"] = Access.Read,
        ["GET /api/computed-traits"] = Access.Read,
        ["POST /api/computed-traits"] = Access.Admin,
        ["GET /api/computed-traits/{id}"] = Access.Read,
        ["PUT /api/computed-traits/{id}"] = Access.Admin,
        ["DELETE /api/computed-traits/{id}"] = Access.Admin,
        ["GET /api/sources"] = Access.Admin,
        ["POST /api/sources"] = Access.Admin,
        ["GET /api/sources/{id}"] = Access.Admin,
        ["PUT /api/sources/{id}"] = Access.Admin,
        ["DELETE /api/sources/{id}"] = Access.Admin,
        ["POST /api/sources/{id}/keys"] = Access.Admin,
        ["DELETE /api/sources/{id}/keys/{keyId}"] = Access.Admin,
        ["GET /api/sources/{id}/plan"] = Access.Read,
        ["PUT /api/sources/{id}/plan"] = Access.Admin,
        ["DELETE /api/sources/{id}/plan"] = Access.Admin,
        ["GET /api/sources/{id}/violations"] = Access.Read,
        ["DELETE /api/sources/{id}/violations"] = Access.Admin,
        ["GET /api/events/live"] = Access.Read,
        ["GET /api/keys"] = Access.Admin,
        ["POST /api/keys"] = Access.Admin,
        ["DELETE /api/keys/{id}"] = Access.Admin,
        ["GET /api/audit"] = Access.Admin,
        ["POST /api/session"] = Access.Login,
        ["GET /api/session"] = Access.Read,
        ["DELETE /api/session"] = Access.Read,
        ["unknown /api"] = Access.Unknown,
        ["unknown /v1"] = Access.Unknown,
    };

    [Fact]
    public async Task Every_route_lets_in_whom_it_is_for_and_nobody_else()
    {
        // A stream of counts has something to say at once, so that its answer begins.
        await using var host = await ApiHost.StartAsync(("Cdp:Live:HeartbeatPeriod", "00:00:00.050"));
        var callers = await Callers.MakeAsync(host);
        var routes = Routes(host);
        Assert.Equal(Table.Keys.Order(StringComparer.Ordinal), routes.Select(route => route.Name).Order(StringComparer.Ordinal));

        var wrong = new List<string>();
        foreach (var (name, method, path) in routes)
        {
            foreach (var caller in callers.All)
            {
                var status = await StatusAsync(host, await caller.RequestAsync(Request(method, path)));
                var expected = caller.Expected(Table[name], method);
                if (expected is { } one ? status != one : status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden || (int)status >= 500)
                    wrong.Add($"{name} by {caller.Name}: {status}, expected {expected?.ToString() ?? "to be let in"}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task A_wrong_method_is_405_and_a_preflight_is_answered_where_events_come_in_and_nowhere_else()
    {
        await using var host = await ApiHost.StartAsync();
        foreach (var (name, _, path) in Routes(host).Where(route => Table[route.Name] != Access.Unknown))
        {
            var isIngest = Table[name] == Access.Ingest || name is "POST /v1/m" or "GET /v1/projects/{writeKey}/settings";

            Assert.Equal((name, HttpStatusCode.MethodNotAllowed), (name, await StatusAsync(host, Request(HttpMethod.Patch, path))));
            Assert.Equal((name, isIngest ? HttpStatusCode.NoContent : HttpStatusCode.MethodNotAllowed), (name, await StatusAsync(host, Request(HttpMethod.Options, path))));
        }
    }

    /// <summary>Every route by its name, with a path that names nothing that there is.</summary>
    internal static List<(string Name, HttpMethod Method, string Path)> Routes(ApiHost host)
    {
        var routes = new List<(string, HttpMethod, string)>();
        foreach (var endpoint in host.Services.GetRequiredService<EndpointDataSource>().Endpoints.Cast<RouteEndpoint>())
        {
            var name = endpoint.DisplayName!;
            var path = PathOf(endpoint.RoutePattern.RawText!);
            if (name.StartsWith("unknown ", StringComparison.Ordinal)) routes.Add((name, HttpMethod.Get, path));
            else routes.AddRange(name[..name.IndexOf(" /", StringComparison.Ordinal)].Split(", ").Select(method => ($"{method} {endpoint.RoutePattern.RawText}", new HttpMethod(method), path)));
        }

        return routes;
    }

    private static string PathOf(string pattern) => pattern
        .Replace("{writeKey}", ApiHost.WriteKey, StringComparison.Ordinal)
        .Replace("{reference}", "userId:nobody", StringComparison.Ordinal)
        .Replace("{call}", "track", StringComparison.Ordinal)
        .Replace("{space}", "space", StringComparison.Ordinal)
        .Replace("{**path}", "nothing", StringComparison.Ordinal)
        .Replace("{id}", Nobody, StringComparison.Ordinal)
        .Replace("{keyId}", Nobody, StringComparison.Ordinal)
        .Replace("{number}", Nobody, StringComparison.Ordinal)
        .Replace("{mergedId}", Nobody, StringComparison.Ordinal)
        .Replace("{segmentId}", Nobody, StringComparison.Ordinal);

    internal static HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path);

        // As through a proxy: from this machine itself nobody needs a key for the metrics.
        if (path == "/metrics") request.Headers.Add("X-Forwarded-For", "203.0.113.7");
        if (method == HttpMethod.Post || method == HttpMethod.Put) request.Content = new StringContent(path == "/api/session" ? $$"""{"key":"{{ApiHost.AdminKey}}"}""" : "{}", Encoding.UTF8, "application/json");
        return request;
    }

    private static async Task<HttpStatusCode> StatusAsync(ApiHost host, HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            return response.StatusCode;
        }
    }
}
