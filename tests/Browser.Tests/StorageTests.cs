namespace CdpPipeline.Browser.Tests;

public sealed class StorageTests(Chromium chromium)
{
    private const string AnonymousId = "() => cdp.anonymousId()";

    [Fact(Timeout = Shop.TestMillisecondsMax)]
    public async Task A_reload_keeps_who_the_visitor_is()
    {
        await using var shop = await Shop.OpenAsync(chromium);
        var page = await shop.VisitAsync();
        var first = await page.EvaluateAsync<string>(AnonymousId);
        await page.EvaluateAsync("() => cdp.identify('ada')");

        await page.ReloadAsync();

        Assert.Equal((first, "ada"), (await page.EvaluateAsync<string>(AnonymousId), await page.EvaluateAsync<string>("() => cdp.userId()")));
    }

    [Fact(Timeout = Shop.TestMillisecondsMax)]
    public async Task Two_tabs_are_one_visitor_and_another_browser_is_another()
    {
        await using var shop = await Shop.OpenAsync(chromium);
        var elsewhere = await chromium.OpenProfileAsync();
        var one = await shop.VisitAsync();
        var id = await one.EvaluateAsync<string>(AnonymousId);
        var two = await shop.VisitAsync("/other");
        var foreign = await elsewhere.NewPageAsync();
        await foreign.GotoAsync(shop.AddressOf("/"));

        Assert.Equal(id, await two.EvaluateAsync<string>(AnonymousId));
        Assert.NotEqual(id, await foreign.EvaluateAsync<string>(AnonymousId));
        await Chromium.CloseAsync(elsewhere);

        var next = await two.EvaluateAsync<string>("() => { cdp.reset(); return cdp.anonymousId(); }");
        Assert.NotEqual(id, next);
        // Tabs may be processes of their own, where what one stores reaches the other a moment later.
        await one.WaitForFunctionAsync("next => cdp.anonymousId() === next", next);
        Assert.Equal(next, await two.EvaluateAsync<string>(AnonymousId));
    }

    [Fact(Timeout = Shop.TestMillisecondsMax)]
    public async Task Two_tabs_that_send_the_same_queue_store_it_once()
    {
        await using var shop = await Shop.OpenAsync(chromium);
        var one = await shop.VisitAsync();
        var two = await shop.VisitAsync("/other");
        await shop.Browser.SetOfflineAsync(true);
        await one.EvaluateAsync("() => { for (let n = 0; n < 10; n++) cdp.track('One', { n }); }");
        await two.EvaluateAsync("() => { for (let n = 0; n < 10; n++) cdp.track('Two', { n }); }");

        await shop.Browser.SetOfflineAsync(false);
        await Shop.SettledAsync(one);
        await Shop.SettledAsync(two);

        Assert.Equal(20, await shop.StoredAsync());
    }

    [Fact(Timeout = Shop.TestMillisecondsMax)]
    public async Task A_page_that_may_store_nothing_still_reports()
    {
        await using var shop = await Shop.OpenAsync(chromium);
        await shop.Browser.AddInitScriptAsync(
            "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('Denied', 'SecurityError'); } });");
        var page = await shop.VisitAsync();

        await page.EvaluateAsync("() => { cdp.identify('ada'); cdp.track('Seen'); }");
        await shop.Gateway.UntilAsync(sent => sent.Sum(one => one.MessageIds.Count) == 2);

        Assert.Equal(2, (await shop.EventsAsync("userId:ada")).Count);
    }

    [Fact(Timeout = Shop.TestMillisecondsMax)]
    public async Task A_full_storage_gives_up_the_oldest_events_first()
    {
        await using var shop = await Shop.OpenAsync(chromium);
        var page = await shop.VisitAsync();
        await shop.Browser.SetOfflineAsync(true);

        // Browsers keep 5 MB of characters for an origin; 80 events of 100,000 are more than that.
        await page.EvaluateAsync("() => { for (let n = 0; n < 80; n++) cdp.track('Large', { n, text: 'x'.repeat(100000) }); }");
        await shop.Browser.SetOfflineAsync(false);
        await Shop.SettledAsync(page);

        var anonymousId = await page.EvaluateAsync<string>(AnonymousId);
        var numbers = (await shop.EventsAsync($"anonymousId:{anonymousId}")).Select(e => e.GetProperty("properties").GetProperty("n").GetInt32()).ToList();
        Assert.InRange(numbers.Count, 20, 60);
        Assert.Equal(Enumerable.Range(80 - numbers.Count, numbers.Count), numbers.Order());
    }
}
