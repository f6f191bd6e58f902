using CdpPipeline.Browser.Tests;
using CdpPipeline.Clients.Tests.Browsers;
using CdpPipeline.Clients.Tests.Servers;

namespace CdpPipeline.Clients.Tests;

/// <summary>What every browser library must be able to do from a page of another origin, with the real server. <paramref name="page"/> has the library.</summary>
public abstract class BrowserStories(ServerFixture fixture, Chromium chromium, string page)
{
    private const int TestMillisecondsMax = 120_000;

    /// <summary>What the library's first requests meet in which nothing may be lost.</summary>
    private protected virtual Fate[] Faults => [Fate.Broken, Fate.Busy, Fate.TooMany, Fate.DiesAfter, Fate.DiesBefore];

    /// <summary>What a request meets while the server is not there for it.</summary>
    private protected virtual Fate Away => Fate.Busy;

    [Fact(Timeout = TestMillisecondsMax)]
    public async Task A_visitor_who_signs_in_keeps_her_history_and_is_somebody_else_after_a_reset()
    {
        await using var visit = await Visit.StartAsync(chromium, fixture);
        var tab = await visit.OpenAsync(page);
        var user = NewId("user");

        var visitors = await tab.EvaluateAsync<string[]>(
            """
            async user => {
              client.page('Pricing');
              client.track('Plan Compared', { plan: 'pro' });
              const before = client.anonymousId();
              client.identify(user, { plan: 'pro', email: user + '@example.com' });
              client.track('Signed In');
              client.group('acme', { name: 'Acme' });
              client.reset();
              client.track('Somebody Else');
              return [before, client.anonymousId()];
            }
            """, user);

        await ServerFixture.UntilAsync(visit.Proxy, sent => sent.Sum(one => one.MessageIds.Count) == 6);
        await fixture.ShowsAsync($"anonymousId:{visitors[1]}", visit.Proxy, ["track Somebody Else"], $"userId:{user}");
        await fixture.ShowsAsync($"userId:{user}", visit.Proxy, ["page", "track Plan Compared", "identify", "track Signed In", "group"], $"anonymousId:{visitors[1]}");
        var profile = (await fixture.ProfileAsync($"userId:{user}"))!.Value;
        Assert.Equal([visitors[0]], profile.GetProperty("anonymousIds").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal(("pro", $"{user}@example.com"), (profile.GetProperty("traits").GetProperty("plan").GetString(), profile.GetProperty("email").GetString()));
        Assert.Contains("acme", profile.GetProperty("groups").GetRawText(), StringComparison.Ordinal);
    }

    [Fact(Timeout = TestMillisecondsMax)]
    public async Task An_alias_gives_a_visitor_her_name()
    {
        await using var visit = await Visit.StartAsync(chromium, fixture);
        var tab = await visit.OpenAsync(page);
        var user = NewId("named");

        var visitor = await tab.EvaluateAsync<string>("user => { client.track('Looked'); const id = client.anonymousId(); client.alias(user); return id; }", user);

        await fixture.ShowsAsync($"anonymousId:{visitor}", visit.Proxy, ["track Looked", "alias"]);
        Assert.Equal(user, (await fixture.ProfileAsync($"anonymousId:{visitor}"))!.Value.GetProperty("userId").GetString());
    }

    [Fact(Timeout = TestMillisecondsMax)]
    public async Task Events_arrive_once_though_the_first_requests_meet_faults_and_the_server_dies_in_between()
    {
        await using var visit = await Visit.StartAsync(chromium, fixture, Faults);
        var tab = await visit.OpenAsync(page);
        var user = NewId("user");

        await tab.EvaluateAsync("user => { client.identify(user, { plan: 'pro' }); for (let n = 0; n < 4; n++) client.track('Event ' + n, { n }); }", user);

        await fixture.ShowsAsync($"userId:{user}", visit.Proxy, ["identify", "track Event 0", "track Event 1", "track Event 2", "track Event 3"]);
        Assert.Equal(Faults, visit.Proxy.Sent.Take(Faults.Length).Select(one => one.Fate));
    }

    [Fact(Timeout = TestMillisecondsMax)]
    public async Task What_happens_offline_arrives_once_when_the_network_is_back()
    {
        await using var visit = await Visit.StartAsync(chromium, fixture);
        var tab = await visit.OpenAsync(page);
        var user = NewId("user");
        await tab.EvaluateAsync("user => client.identify(user)", user);
        await fixture.ShowsAsync($"userId:{user}", visit.Proxy, ["identify"]);

        await visit.Profile.SetOfflineAsync(true);
        await tab.EvaluateAsync("() => { for (let n = 0; n < 3; n++) client.track('Offline ' + n); }");
        Assert.Single(visit.Proxy.Sent);
        await visit.Profile.SetOfflineAsync(false);

        await fixture.ShowsAsync($"userId:{user}", visit.Proxy, ["identify", "track Offline 0", "track Offline 1", "track Offline 2"]);
    }

    [Fact(Timeout = TestMillisecondsMax)]
    public async Task What_happens_right_before_the_page_is_left_arrives()
    {
        await using var visit = await Visit.StartAsync(chromium, fixture);
        var tab = await visit.OpenAsync(page + "?leaving");
        var user = NewId("user");

        await visit.LeaveAsync(tab, $"[client.identify('{user}'), client.track('Left')]");

        await fixture.ShowsAsync($"userId:{user}", visit.Proxy, ["identify", "track Left"]);
    }

    [Fact(Timeout = TestMillisecondsMax)]
    public async Task What_could_not_be_delivered_before_the_page_was_left_is_sent_by_the_next_page()
    {
        await using var visit = await Visit.StartAsync(chromium, fixture, [.. Enumerable.Repeat(Away, 100)]);
        var tab = await visit.OpenAsync(page);
        var user = NewId("user");
        await tab.EvaluateAsync("user => { client.identify(user); client.track('Kept'); }", user);
        await ServerFixture.UntilAsync(visit.Proxy, sent => sent.Count > 0);
        await visit.LeaveAsync(tab, "[]");
        Assert.Empty(await fixture.EventsAsync($"userId:{user}"));

        visit.Proxy.Heal();
        await visit.OpenAsync(page);

        await fixture.ShowsAsync($"userId:{user}", visit.Proxy, ["identify", "track Kept"]);
    }

    private static string NewId(string what) => $"{what}-{Guid.NewGuid():N}";
}
