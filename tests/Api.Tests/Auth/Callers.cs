using System.Net;
using System.Net.Http.Headers;

namespace CdpPipeline.Api.Tests.Auth;

/// <summary>Everybody who may come to a host, each with what they have.</summary>
internal sealed class Callers
{
    private Callers(IReadOnlyList<Caller> all) => All = all;

    public IReadOnlyList<Caller> All { get; }

    public static async Task<Callers> MakeAsync(ApiHost host)
    {
        var reader = await KeyAsync(host, "read");
        var revoked = await KeyAsync(host, "admin");
        await host.DeleteAsync($"/api/keys/{revoked.Id}");
        var added = await host.PostAsync("/api/sources/default/keys", "{}", HttpStatusCode.Created);
        await host.DeleteAsync($"/api/sources/default/keys/{added.GetProperty("id").GetString()}");
        var (ended, _, _) = await Browsing.OpenAsync(host);
        await ended.StatusAsync(host, HttpMethod.Delete, "/api/session");
        return new Callers(
        [
            Header("nobody", null, null),
            Header("a wrong key", "ak_wrong", null),
            Header("a write key", ApiHost.WriteKey, null) with { IsSource = true },
            Header("a revoked write key", added.GetProperty("writeKey").GetString(), null),
            Header("a read key", reader.Key, Access.Read),
            Header("an admin key", ApiHost.AdminKey, Access.Admin),
            Header("a revoked admin key", revoked.Key, null),
            Session("a session without its token", ApiHost.AdminKey, Access.Admin, hasToken: false),
            Session("a session", ApiHost.AdminKey, Access.Admin),
            Session("a reader's session", reader.Key, Access.Read),
            Session("a session on another site's page", ApiHost.AdminKey, Access.Admin, origin: "https://evil.example"),
            new Caller("an ended session", null, request => Task.FromResult(With(request, ended, hasToken: true, null))),
        ]);

        static Caller Header(string name, string? key, Access? role) => new(name, role, request =>
        {
            if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            return Task.FromResult(request);
        });

        // One of its own for each request: some end it.
        Caller Session(string name, string key, Access role, bool hasToken = true, string? origin = null) =>
            new(name, role, async request => With(request, (await Browsing.OpenAsync(host, key)).Session, hasToken, origin)) { LacksToken = !hasToken, IsForeign = origin is not null };
    }

    private static HttpRequestMessage With(HttpRequestMessage request, Browsing session, bool hasToken, string? origin)
    {
        request.Headers.Add("Cookie", session.Cookie);
        if (hasToken) request.Headers.Add("X-CSRF-Token", session.Csrf);
        if (origin is not null) request.Headers.Add("Origin", origin);
        return request;
    }

    private static async Task<(string Id, string Key)> KeyAsync(ApiHost host, string role)
    {
        var made = await host.PostAsync("/api/keys", $$"""{"name":"{{role}}","role":"{{role}}"}""", HttpStatusCode.Created);
        return (made.GetProperty("id").GetString()!, made.GetProperty("key").GetString()!);
    }
}

/// <summary>Somebody who asks: their role under the API, if any, and how they show it.</summary>
internal sealed record Caller(string Name, Access? Role, Func<HttpRequestMessage, Task<HttpRequestMessage>> RequestAsync)
{
    public bool IsSource { get; init; }

    public bool LacksToken { get; init; }

    public bool IsForeign { get; init; }

    /// <summary>What such a route answers; null: they are let in, and it depends on what they ask for.</summary>
    public HttpStatusCode? Expected(Access access, HttpMethod method) => access switch
    {
        Access.Public => null,
        Access.Unknown => HttpStatusCode.NotFound,
        Access.Login => IsForeign ? HttpStatusCode.Forbidden : HttpStatusCode.OK,
        Access.Ingest => IsSource ? null : HttpStatusCode.Unauthorized,
        _ when IsSource => HttpStatusCode.Forbidden,
        _ when Role is null => HttpStatusCode.Unauthorized,
        _ when IsForeign || (LacksToken && method != HttpMethod.Get) || Role < access => HttpStatusCode.Forbidden,
        _ => null,
    };
}
