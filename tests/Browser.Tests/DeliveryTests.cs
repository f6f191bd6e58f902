namespace CdpPipeline.Browser.Tests;

public sealed class DeliveryTests(Chromium chromium)
{
    [Fact(Timeout = Shop.TestMillisecondsMax)]
    public async Task What_happens_offline_arrives_once_and_in_order_when_the_network_is_back()
    {
        await using var shop = await Shop.OpenAsync(chromium);
        var page = await shop.VisitAsync();
        await shop.Browser.SetOfflineAsync(true);
        var messageIds = await page.EvaluateAsync<string[]>("() => Array.from({ length: 250 }, (_, n) => cdp.track('Offline', { n }))");
        Assert.Equal(0, await shop.StoredAsync());

        await shop.Browser.SetOfflineAsync(false);
        await Shop.SettledAsync(page);

        var anonymousId = await page.EvaluateAsync<string>("() => cdp.anonymousId()");
        var events = await shop.EventsAsync($"anonymousId:{anonymousId}");
        Assert.Equal(messageIds.Order(), events.Select(e => e.GetProperty("messageId").GetString()).Order());
        var sent = await shop.Gateway.UntilAsync(sent => sent.Count == 3);
        Assert.Equal(messageIds, sent.SelectMany(one => one.MessageIds));
    }

    [Fact(Timeout = Shop.TestMillisecondsMax)]
    public async Task What_happened_offline_survives_closing_the_tab()
    {
        await using var shop = await Shop.OpenAsync(chromium);
        var page = await shop.VisitAsync();
        await shop.Browser.SetOfflineAsync(true);
        await page.EvaluateAsync("() => { cdp.identify('ada'); cdp.track('Offline'); }");
        await page.CloseAsync();
        await shop.Browser.SetOfflineAsync(false);
        Assert.Equal(0, await shop.StoredAsync());

        var later = await shop.VisitAsync();
        await Shop.SettledAsync(later);

        Assert.Equal(2, (await shop.EventsAsync("userId:ada")).Count);
    }

    [Fact(Timeout = Shop.TestMillisecondsMax)]
    public async Task What_happens_right_before_the_page_is_left_arrives_by_beacon()
    {
        await using var shop = await Shop.OpenAsync(chromium);
        shop.Gateway.Decide = (request, _) => request.Mode == "cors" ? Fate.Unavailable : Fate.Pass;
        var page = await shop.VisitAsync();

        await shop.LeaveAsync(page, "cdp.identify('ada'); cdp.track('Left');");
        await shop.Gateway.UntilAsync(sent => sent.Any(one => one.Fate == Fate.Pass));

        Assert.Equal(["track", "identify"], (await shop.EventsAsync("userId:ada")).Select(e => e.GetProperty("type").GetString()));
    }

    [Fact(Timeout = Shop.TestMillisecondsMax)]
    public async Task A_browser_without_beacons_sends_them_by_a_request_that_outlives_the_page()
    {
        await using var shop = await Shop.OpenAsync(chromium);
        await shop.Browser.AddInitScriptAsync("delete Navigator.prototype.sendBeacon;");
        shop.Gateway.Decide = (request, _) => request.ContentType == "text/plain" ? Fate.Unavailable : Fate.Pass;
        var page = await shop.VisitAsync();

        await shop.LeaveAsync(page, "cdp.identify('ada'); cdp.track('Left');");
        await shop.Gateway.UntilAsync(sent => sent.Any(one => one.Fate == Fate.Pass));

        Assert.Equal(2, (await shop.EventsAsync("userId:ada")).Count);
    }

    [Fact(Timeout = Shop.TestMillisecondsMax)]
    public async Task What_happens_right_before_the_tab_is_closed_arrives()
    {
        await using var shop = await Shop.OpenAsync(chromium);
        shop.Gateway.Decide = (request, _) => request.Mode == "cors" ? Fate.Unavailable : Fate.Pass;
        var opener = await shop.VisitAsync("/bare");
        var page = await shop.Browser.RunAndWaitForPageAsync(() => opener.EvaluateAsync("() => { window.tab = window.open('/', '_blank'); }"));
        await page.WaitForLoadStateAsync();

        await page.EvaluateAsync("() => { cdp.identify('ada'); cdp.track('Closed'); setTimeout(() => window.close()); }");
        await opener.WaitForFunctionAsync("() => tab.closed");
        await shop.Gateway.UntilAsync(sent => sent.Any(one => one.Fate == Fate.Pass));

        Assert.Equal(2, (await shop.EventsAsync("userId:ada")).Count);
    }

    [Fact(Timeout = Shop.TestMillisecondsMax)]
    public async Task A_long_queue_leaves_with_the_page_as_far_as_the_browser_lets_it_and_the_next_page_sends_the_rest()
    {
        await using var shop = await Shop.OpenAsync(chromium);
        shop.Gateway.Decide = (request, _) => request.Mode == "cors" ? Fate.Unavailable : Fate.Pass;
        var page = await shop.VisitAsync();
        await shop.LeaveAsync(page, "for (let n = 0; n < 200; n++) cdp.track('Many', { n });");
        var sent = await shop.Gateway.UntilAsync(sent => sent.Where(one => one.Fate == Fate.Pass).Sum(one => one.MessageIds.Count) >= 50);
        var left = sent.Where(one => one.Fate == Fate.Pass).SelectMany(one => one.MessageIds).ToList();
        Assert.Equal(left.Distinct(), left);

        shop.Gateway.Decide = (_, _) => Fate.Pass;
        var next = await shop.VisitAsync();
        await Shop.SettledAsync(next);

        Assert.Equal(200, await shop.StoredAsync());
    }

    [Theory(Timeout = Shop.TestMillisecondsMax)]
    [InlineData(Fate.Unavailable)]
    [InlineData(Fate.Unreadable)]
    [InlineData(Fate.AnswerLost)]
    public async Task A_batch_that_fails_twice_is_sent_again_under_the_same_message_ids_and_stored_once(Fate fate)
    {
        await using var shop = await Shop.OpenAsync(chromium);
        shop.Gateway.Decide = (_, before) => before < 2 ? fate : Fate.Pass;
        var page = await shop.VisitAsync();

        var messageIds = await page.EvaluateAsync<string[]>("() => [cdp.identify('ada'), cdp.track('Stubborn'), cdp.page()]");
        await Shop.SettledAsync(page);

        var sent = await shop.Gateway.UntilAsync(sent => sent.Count == 3);
        Assert.All(sent, one => Assert.Equal(messageIds, one.MessageIds));
        Assert.Equal(messageIds.Reverse(), (await shop.EventsAsync("userId:ada")).Select(e => e.GetProperty("messageId").GetString()));
    }

    [Fact(Timeout = Shop.TestMillisecondsMax)]
    public async Task The_page_waits_as_long_as_the_server_asks_it_to_even_when_more_happens()
    {
        await using var shop = await Shop.OpenAsync(chromium);
        shop.Gateway.RetryAfterSeconds = 2;
        shop.Gateway.Decide = (_, before) => before == 0 ? Fate.Unavailable : Fate.Pass;
        var page = await shop.VisitAsync();

        await page.EvaluateAsync("() => cdp.track('First')");
        await shop.Gateway.UntilAsync(sent => sent.Count == 1);
        await page.EvaluateAsync("() => cdp.track('Second')");
        var sent = await shop.Gateway.UntilAsync(sent => sent.Count == 2);

        Assert.InRange(TimeProvider.System.GetElapsedTime(sent[0].Timestamp, sent[1].Timestamp), TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(20));
        Assert.Equal(2, sent[1].MessageIds.Count);
        await Shop.SettledAsync(page);
        Assert.Equal(2, await shop.StoredAsync());
    }

    [Fact(Timeout = Shop.TestMillisecondsMax)]
    public async Task A_wait_too_long_for_a_timer_is_not_taken_for_none()
    {
        await using var shop = await Shop.OpenAsync(chromium);
        shop.Gateway.RetryAfterSeconds = int.MaxValue;
        shop.Gateway.Decide = (_, before) => before == 0 ? Fate.Unavailable : Fate.Pass;
        await shop.Browser.AddInitScriptAsync(
            "window.waits = []; const real = window.setTimeout; window.setTimeout = (work, wait) => { waits.push(wait); return real(work, wait); };");
        var page = await shop.VisitAsync();

        await page.EvaluateAsync("() => cdp.track('First')");
        await page.WaitForFunctionAsync("() => waits.some(wait => wait > 60000)");

        Assert.InRange(await page.EvaluateAsync<double>("() => Math.max(...waits)"), 60_000, int.MaxValue);
        Assert.Single(await shop.Gateway.UntilAsync(sent => sent.Count > 0));
    }
}
