using System.Text.Json;

namespace CdpPipeline.Browser.Tests;

public sealed class ConsentTests(Chromium chromium)
{
    [Fact(Timeout = Shop.TestMillisecondsMax)]
    public async Task What_a_visitor_agreed_to_goes_with_every_call_in_all_tabs_and_on_later_pages()
    {
        await using var shop = await Shop.OpenAsync(chromium);
        var page = await shop.VisitAsync();

        await page.EvaluateAsync(
            """
            () => {
              cdp.identify('ada');
              cdp.consent({ Ads: true, Other: true });
              cdp.push(['consent', { Analytics: false, Other: null }]);
              cdp.track('Asked');
              cdp.page('Home');
              cdp.identify('ada', { plan: 'pro' });
              cdp.group('acme');
              cdp.alias('ada-2');
            }
            """);
        await Shop.SettledAsync(page);
        var later = await shop.VisitAsync("/later");
        await later.EvaluateAsync("() => { cdp.track('Later'); cdp.consent({ Ads: false }); cdp.consent(); cdp.track('Withdrawn'); }");
        await Shop.SettledAsync(later);

        var events = await shop.EventsAsync("userId:ada");
        events.Reverse();
        const string Asked = """{"Ads":true,"Analytics":false}""";
        Assert.Equal([null, Asked, Asked, Asked, Asked, Asked, Asked, """{"Ads":false,"Analytics":false}"""], events.Select(Choices));
        var kept = (await shop.ProfileAsync("userId:ada"))!.Value.GetProperty("consent");
        Assert.Equal([("Ads", false), ("Analytics", false)], kept.EnumerateObject().Select(one => (one.Name, one.Value.GetProperty("granted").GetBoolean())).Order());
    }

    [Fact(Timeout = Shop.TestMillisecondsMax)]
    public async Task Whoever_comes_next_has_agreed_to_nothing()
    {
        await using var shop = await Shop.OpenAsync(chromium);
        var page = await shop.VisitAsync();

        await page.EvaluateAsync(
            """
            () => {
              cdp.consent({ Ads: true });
              cdp.identify('ada'); cdp.track('Hers');
              cdp.identify('grace'); cdp.track('Nothing yet');
              cdp.consent({ Ads: true });
              cdp.reset();
              cdp.identify('mary'); cdp.track('Nothing yet');
            }
            """);
        await Shop.SettledAsync(page);

        const string Granted = """{"Ads":true}""";
        Assert.Equal([Granted, Granted], (await shop.EventsAsync("userId:ada")).Select(Choices));
        Assert.Equal([null, null], (await shop.EventsAsync("userId:grace")).Select(Choices));
        Assert.Equal([null, null], (await shop.EventsAsync("userId:mary")).Select(Choices));
    }

    [Fact(Timeout = Shop.TestMillisecondsMax)]
    public async Task A_call_brings_its_own_context_and_time_and_has_the_last_word_on_what_it_names()
    {
        await using var shop = await Shop.OpenAsync(chromium);
        var page = await shop.VisitAsync("/pricing");

        await page.EvaluateAsync(
            """
            () => {
              cdp.consent({ Ads: true, Analytics: true });
              const options = {
                timestamp: new Date('2026-01-02T03:04:05Z'),
                context: { app: { name: 'shop' }, locale: 'xx', page: { title: 'Told' }, consent: { source: 'banner', categoryPreferences: { Ads: false } } },
                integrations: { All: true }
              };
              cdp.identify('ada', {}, options);
              cdp.identify({ plan: 'pro' }, options);
              cdp.track('Asked', {}, options);
              cdp.page('Home', {}, options);
              cdp.page({ section: 'shop' }, options);
              cdp.group('acme', {}, options);
              cdp.alias('ada-2', null, options);
              cdp.alias('ada-3', options);
              cdp.track('Text', {}, { timestamp: '2026-01-02T03:04:05Z' });
            }
            """);
        await Shop.SettledAsync(page);

        var events = await shop.EventsAsync("userId:ada");
        Assert.Equal(9, events.Count);
        // The server corrects the browser's clock by how long the call was under way.
        var told = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        Assert.All(events, one => Assert.InRange(one.GetProperty("timestamp").GetDateTimeOffset(), told.AddMinutes(-1), told.AddMinutes(1)));
        Assert.All(events.Where(one => one.GetProperty("name").GetString() is not "Text"), one =>
        {
            var context = one.GetProperty("context");
            Assert.Equal(("shop", "xx", "banner"), (context.GetProperty("app").GetProperty("name").GetString(), context.GetProperty("locale").GetString(), context.GetProperty("consent").GetProperty("source").GetString()));
            Assert.Equal(("Told", "/pricing"), (context.GetProperty("page").GetProperty("title").GetString(), context.GetProperty("page").GetProperty("path").GetString()));
            Assert.Equal("cdp.js", context.GetProperty("library").GetProperty("name").GetString());
            Assert.Equal("""{"Ads":false,"Analytics":true}""", Choices(one));
        });
        Assert.Equal("""{"Ads":true,"Analytics":true}""", Choices(events.Single(one => one.GetProperty("name").GetString() is "Text")));
        Assert.Equal("ada-3", (await shop.ProfileAsync("userId:ada"))!.Value.GetProperty("userId").GetString());
    }

    private static string? Choices(JsonElement e) =>
        e.GetProperty("context").TryGetProperty("consent", out var consent) ? consent.GetProperty("categoryPreferences").GetRawText() : null;
}
