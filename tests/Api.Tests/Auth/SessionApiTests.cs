using System.Net;
using System.Text.Json;
using CdpPipeline.Api.Tests.Metrics;

namespace CdpPipeline.Api.Tests.Auth;

public sealed class SessionApiTests
{
    private const string Segment = """{"name":"x","filter":{"and":[]}}""";

    [Fact]
    public async Task A_session_stands_for_its_key_and_its_cookie_is_out_of_scripts_reach()
    {
        await using var host = await ApiHost.StartAsync(("Cdp:Session:Lifetime", "01:00:00"));

        var (session, cookie, opened) = await Browsing.OpenAsync(host);

        var parts = cookie.Split("; ").Skip(1).Order(StringComparer.Ordinal);
        Assert.Equal(["httponly", "max-age=3600", "path=/api", "samesite=strict"], parts.Select(part => part.ToLowerInvariant()).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(ApiHost.AdminKey, cookie, StringComparison.Ordinal);
        Assert.Equal(("admin", "admin"), (opened.GetProperty("role").GetString(), opened.GetProperty("key").GetProperty("id").GetString()));
        Assert.InRange((opened.GetProperty("expiresAt").GetDateTimeOffset() - TimeProvider.System.GetUtcNow()).TotalMinutes, 58, 60);
        using var again = await session.SendAsync(host, HttpMethod.Get, "/api/session", hasToken: false);
        Assert.Equal(opened.GetRawText(), (await ApiHost.ReadAsync(again, HttpStatusCode.OK)).GetRawText());
        Assert.Equal("no-store", again.Headers.GetValues("Cache-Control").Single());
        Assert.Equal(HttpStatusCode.OK, await session.StatusAsync(host, HttpMethod.Get, "/api/keys", hasToken: false));
        Assert.Equal(HttpStatusCode.Created, await session.StatusAsync(host, HttpMethod.Post, "/api/segments", Segment));
    }

    [Fact]
    public async Task Behind_a_proxy_that_encrypts_the_cookie_is_for_encrypted_ways_only()
    {
        await using var host = await ApiHost.StartAsync(("Cdp:Ingest:PublicUrl", "https://cdp.example"));

        var (session, cookie, _) = await Browsing.OpenAsync(host);

        Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.Created, await session.StatusAsync(host, HttpMethod.Post, "/api/segments", Segment, origin: "https://cdp.example"));
    }

    [Fact]
    public async Task What_changes_anything_needs_the_token_and_a_page_of_this_host()
    {
        await using var host = await ApiHost.StartAsync();
        var (session, _, _) = await Browsing.OpenAsync(host);
        var (other, _, _) = await Browsing.OpenAsync(host);
        var own = host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);

        Assert.Equal("csrf-token", await ProblemAsync(hasToken: false));
        Assert.Equal("csrf-token", await ProblemAsync(with: session with { Csrf = other.Csrf }));
        Assert.Equal("csrf-token", await ProblemAsync(with: session with { Csrf = "x" }));
        Assert.Equal("foreign-page", await ProblemAsync(origin: "https://evil.example"));
        Assert.Equal("foreign-page", await ProblemAsync(origin: "null"));
        Assert.Equal("foreign-page", await ProblemAsync(origin: own + "0"));
        Assert.Equal(HttpStatusCode.Forbidden, await session.StatusAsync(host, HttpMethod.Get, "/api/profiles", origin: "https://evil.example"));
        Assert.Equal(HttpStatusCode.Created, await session.StatusAsync(host, HttpMethod.Post, "/api/segments", Segment, origin: own));

        async Task<string> ProblemAsync(Browsing? with = null, bool hasToken = true, string? origin = null)
        {
            using var response = await (with ?? session).SendAsync(host, HttpMethod.Post, "/api/segments", Segment, hasToken, origin);
            return (await ApiHost.ReadAsync(response, HttpStatusCode.Forbidden)).GetProperty("type").GetString()!["urn:cdp:error:".Length..];
        }
    }

    [Fact]
    public async Task A_session_may_what_its_key_may_and_ends_with_it()
    {
        await using var host = await ApiHost.StartAsync();
        var made = await host.PostAsync("/api/keys", """{"name":"reader","role":"read"}""", HttpStatusCode.Created);
        var (session, _, opened) = await Browsing.OpenAsync(host, made.GetProperty("key").GetString()!);

        Assert.Equal("read", opened.GetProperty("role").GetString());
        Assert.Equal(HttpStatusCode.OK, await session.StatusAsync(host, HttpMethod.Get, "/api/profiles"));
        Assert.Equal(HttpStatusCode.Forbidden, await session.StatusAsync(host, HttpMethod.Post, "/api/segments", Segment));
        await host.DeleteAsync($"/api/keys/{made.GetProperty("id").GetString()}");
        Assert.Equal(HttpStatusCode.Unauthorized, await session.StatusAsync(host, HttpMethod.Get, "/api/profiles"));
    }

    [Fact]
    public async Task A_session_that_was_ended_is_over_and_others_are_not()
    {
        await using var host = await ApiHost.StartAsync();
        var (session, _, _) = await Browsing.OpenAsync(host);
        var (other, _, _) = await Browsing.OpenAsync(host);

        Assert.Equal(HttpStatusCode.Forbidden, await session.StatusAsync(host, HttpMethod.Delete, "/api/session", hasToken: false));
        using var ended = await session.SendAsync(host, HttpMethod.Delete, "/api/session");

        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.Contains("expires=Thu, 01 Jan 1970", ended.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await session.StatusAsync(host, HttpMethod.Get, "/api/session"));
        Assert.Equal(HttpStatusCode.OK, await other.StatusAsync(host, HttpMethod.Get, "/api/session"));
        await host.DeleteAsync("/api/session", HttpStatusCode.NotFound);
        Assert.Equal(JsonValueKind.Null, (await host.GetAsync("/api/session")).GetProperty("csrf").ValueKind);
    }

    [Fact]
    public async Task A_cookie_that_was_altered_or_made_up_is_no_session()
    {
        await using var host = await ApiHost.StartAsync();
        var (session, _, _) = await Browsing.OpenAsync(host);
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var i = 0; i < 60; i++)
        {
            var text = session.Cookie.ToCharArray();
            var place = random.Next("cdp_session=".Length, text.Length);
            text[place] = text[place] == 'A' ? 'B' : 'A';
            Assert.True(HttpStatusCode.Unauthorized == await StatusAsync(new string(text)), $"place {place}, seed {seed}");
        }

        foreach (var value in new[] { "", "=", "AQ", new string('A', 5_000), "%00", "..", session.Cookie["cdp_session=".Length..] + "AAAA" })
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("cdp_session=" + value));

        Task<HttpStatusCode> StatusAsync(string cookie) => (session with { Cookie = cookie }).StatusAsync(host, HttpMethod.Get, "/api/session");
    }

    [Theory]
    [InlineData("{}", HttpStatusCode.BadRequest)]
    [InlineData("""{"key":7}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"key":"ak_wrong"}""", HttpStatusCode.Unauthorized)]
    [InlineData("""{"key":"wk_test"}""", HttpStatusCode.Forbidden)]
    public async Task Only_an_API_key_opens_a_session(string body, HttpStatusCode expected)
    {
        await using var host = await ApiHost.StartAsync();

        using var response = await host.SendAsync(HttpMethod.Post, "/api/session", body, key: null);

        Assert.Equal(expected, response.StatusCode);
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Wrong_keys_are_bounded_and_good_ones_use_nothing_up()
    {
        await using var host = await ApiHost.StartAsync();
        for (var i = 0; i < 40; i++) await Browsing.OpenAsync(host);
        var (session, _, _) = await Browsing.OpenAsync(host);

        // One more may be tried each second that this takes.
        var statuses = new List<HttpStatusCode>();
        TimeSpan? wait = null;
        while (wait is null && statuses.Count < 1_000)
        {
            using var response = await host.SendAsync(HttpMethod.Post, "/api/session", """{"key":"ak_wrong"}""", key: null);
            statuses.Add(response.StatusCode);
            wait = response.Headers.RetryAfter?.Delta;
        }

        Assert.Equal(TimeSpan.FromSeconds(1), wait);
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
        Assert.True(statuses.Count > 30);
        Assert.All(statuses[..^1], status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        Assert.True((await host.ScrapeAsync())["cdp_session_attempts_limited_total"] >= 1);
        Assert.Equal(HttpStatusCode.OK, await session.StatusAsync(host, HttpMethod.Get, "/api/profiles"));
        await host.GetAsync("/api/profiles");
        await ApiHost.UntilAsync(async () => (await host.SendAsync(HttpMethod.Post, "/api/session", $$"""{"key":"{{ApiHost.AdminKey}}"}""", key: null)).StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_lifetime_that_cannot_work_stops_the_start()
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => ApiHost.StartAsync(("Cdp:Session:Lifetime", "00:00:01")));

        Assert.Contains("Cdp:Session:Lifetime", failure.Message, StringComparison.Ordinal);
    }
}
