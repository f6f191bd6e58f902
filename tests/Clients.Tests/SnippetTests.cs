using CdpPipeline.Browser.Tests;
using CdpPipeline.Clients.Tests.Browsers;
using CdpPipeline.Clients.Tests.Servers;

namespace CdpPipeline.Clients.Tests;

/// <summary>What pages with Segment's snippet rely on beside delivery, with our library behind it.</summary>
public sealed class SnippetTests(ServerFixture fixture, Chromium chromium) : IClassFixture<ServerFixture>
{
    private const int TestMillisecondsMax = 120_000;

    [Fact(Timeout = TestMillisecondsMax)]
    public async Task Calls_made_before_it_has_loaded_are_replayed_in_order_and_with_the_page_that_they_were_made_on()
    {
        await using var visit = await Visit.StartAsync(chromium, fixture);
        var user = NewId("early");

        var tab = await visit.OpenAsync($"early?{user}");
        await tab.EvaluateAsync("() => held.track('Third')");

        await fixture.ShowsAsync($"userId:{user}", visit.Proxy, ["page", "track First", "identify", "track Second", "track Third"]);
        var events = await fixture.EventsAsync($"userId:{user}");
        events.Reverse();
        Assert.Equal(
            [("page", "/early"), ("First", "/early"), ("identify", "/moved"), ("Second", "/moved"), ("Third", "/moved")],
            events.Select(e => (
                e.GetProperty("type").GetString() is "track" ? e.GetProperty("name").GetString() : e.GetProperty("type").GetString(),
                e.GetProperty("context").GetProperty("page").GetProperty("path").GetString())));
        await tab.WaitForFunctionAsync("() => heard.length === 4");
        Assert.Equal([$"initialize {RealServer.WriteKey}", "First", "Second", "Third"], await tab.EvaluateAsync<string[]>("() => heard"));
        var profile = (await fixture.ProfileAsync($"userId:{user}"))!.Value;
        Assert.Equal([$"visitor-{user}"], profile.GetProperty("anonymousIds").EnumerateArray().Select(id => id.GetString()));
    }

    [Fact(Timeout = TestMillisecondsMax)]
    public async Task Whoever_comes_over_from_Segments_library_keeps_her_ids_and_traits_and_so_does_whoever_goes_back()
    {
        const string Ids = "() => { const user = (analytics.instance || analytics).user(); return JSON.stringify([user.id(), user.anonymousId(), user.traits()]); }";
        const string Kept = "() => JSON.stringify([localStorage.ajs_user_id, localStorage.ajs_anonymous_id, localStorage.ajs_user_traits, document.cookie.split('; ').filter(one => one.startsWith('ajs_')).sort()])";
        await using var visit = await Visit.StartAsync(chromium, fixture);
        var user = NewId("mover");
        var theirs = await visit.OpenAsync("segment");
        await theirs.EvaluateAsync("async user => { await client.identify(user, { plan: 'pro', name: 'Zoë \"Z\"' }); }", user);
        var (ids, kept) = (await theirs.EvaluateAsync<string>(Ids), await theirs.EvaluateAsync<string>(Kept));

        var ours = await visit.OpenAsync("snippet");
        Assert.Equal((ids, kept), (await ours.EvaluateAsync<string>(Ids), await ours.EvaluateAsync<string>(Kept)));
        var other = NewId("other");
        await ours.EvaluateAsync("async user => { await client.track('Moved'); await client.identify(user + ' é', { plan: 'free' }); }", other);
        ids = await ours.EvaluateAsync<string>(Ids);

        var back = await visit.OpenAsync("segment");
        Assert.Equal(ids, await back.EvaluateAsync<string>(Ids));
        await fixture.ShowsAsync($"userId:{user}", visit.Proxy, ["identify", "track Moved"], $"userId:{other} é");
    }

    [Theory(Timeout = TestMillisecondsMax)]
    [InlineData("analytics.trackLink(document.getElementById('link'), 'Followed', { n: 1 }); document.getElementById('link').click();")]
    [InlineData("analytics.trackClick([document.getElementById('link')], link => 'Followed', link => ({ to: link.href })); document.getElementById('link').click();")]
    [InlineData("analytics.trackForm(document.getElementById('form'), 'Followed', { n: 1 }); document.getElementById('button').click();")]
    [InlineData("analytics.trackSubmit(document.forms, 'Followed'); document.getElementById('button').click();")]
    public async Task A_link_or_form_that_is_followed_is_told_though_the_page_goes_away(string work)
    {
        await using var visit = await Visit.StartAsync(chromium, fixture);
        var tab = await visit.OpenAsync("snippet");
        var visitor = await tab.EvaluateAsync<string>("() => client.anonymousId()");

        await tab.RunAndWaitForRequestAsync(
            () => tab.EvaluateAsync($"() => {{ document.body.innerHTML = '<a id=link href=/bare>x</a><form id=form action=/bare><button id=button>y</button></form>'; setTimeout(() => {{ {work} }}); }}"),
            request => new Uri(request.Url).AbsolutePath == "/bare");

        await fixture.ShowsAsync($"anonymousId:{visitor}", visit.Proxy, ["track Followed"]);
    }

    [Fact(Timeout = TestMillisecondsMax)]
    public async Task What_middleware_holds_back_is_not_sent_and_what_it_takes_out_is_not_told()
    {
        await using var visit = await Visit.StartAsync(chromium, fixture);
        var tab = await visit.OpenAsync("snippet");

        var visitor = await tab.EvaluateAsync<string>(
            """
            async () => {
              analytics.addSourceMiddleware(({ payload, next }) => { if (payload.obj.event !== 'Secret') next(payload); });
              analytics.addSourceMiddleware(({ payload, next }) => { delete payload.obj.properties.card; setTimeout(() => next(payload)); });
              await client.track('Secret');
              await client.track('Paid', { card: '4111', total: 5 });
              return client.anonymousId();
            }
            """);

        await fixture.ShowsAsync($"anonymousId:{visitor}", visit.Proxy, ["track Paid"]);
        Assert.Equal("""{"total":5}""", (await fixture.EventsAsync($"anonymousId:{visitor}"))[0].GetProperty("properties").GetRawText());
    }

    [Fact(Timeout = TestMillisecondsMax)]
    public async Task A_callback_is_called_once_though_the_server_does_not_answer_and_a_listener_until_it_is_taken_off()
    {
        await using var visit = await Visit.StartAsync(chromium, fixture, Fate.Busy, Fate.Busy);
        var tab = await visit.OpenAsync("snippet");

        var heard = await tab.EvaluateAsync<string[]>(
            """
            async () => {
              const heard = [];
              const listener = event => heard.push('on ' + event);
              analytics.timeout(50);
              analytics.on('track', listener).once('track', event => heard.push('once ' + event));
              await analytics.track('One', context => heard.push('called ' + context.event.event));
              await analytics.track('Two', {}, {}, () => { throw new Error('a page that fails'); });
              analytics.off('track', listener);
              await analytics.track('Three');
              await analytics.track().catch(error => heard.push(error.message));
              return heard;
            }
            """);

        Assert.Equal(["called One", "on One", "once One", "on Two", "Event missing"], heard);
        await ServerFixture.UntilAsync(visit.Proxy, sent => sent.Any(one => one.Fate == Fate.Pass && one.MessageIds.Count > 0));
    }

    private static string NewId(string what) => $"{what}-{Guid.NewGuid():N}";
}
