namespace CdpPipeline.Browser.Tests;

public sealed class CallTests(Chromium chromium)
{
    [Fact(Timeout = Shop.TestMillisecondsMax)]
    public async Task An_anonymous_visitor_who_signs_in_keeps_her_history()
    {
        await using var shop = await Shop.OpenAsync(chromium);
        var page = await shop.VisitAsync("/pricing");
        await page.EvaluateAsync("() => { cdp.page('Pricing'); cdp.track('Plan Compared', { plan: 'pro' }); }");
        await Shop.SettledAsync(page);
        var anonymousId = await page.EvaluateAsync<string>("() => cdp.anonymousId()");
        var before = await shop.ProfileAsync($"anonymousId:{anonymousId}");

        await page.EvaluateAsync("() => { cdp.identify('ada', { plan: 'pro' }); cdp.track('Signed In'); }");
        await Shop.SettledAsync(page);

        var after = await shop.ProfileAsync("userId:ada");
        Assert.Equal(before!.Value.GetProperty("id").GetString(), after!.Value.GetProperty("id").GetString());
        Assert.Equal([anonymousId], after.Value.GetProperty("anonymousIds").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal("pro", after.Value.GetProperty("traits").GetProperty("plan").GetString());
        var events = await shop.EventsAsync("userId:ada");
        Assert.Equal(["track", "identify", "track", "page"], events.Select(e => e.GetProperty("type").GetString()));
        Assert.Equal("pro", events[2].GetProperty("properties").GetProperty("plan").GetString());
        var context = events[3].GetProperty("context").GetProperty("page");
        Assert.Equal((shop.AddressOf("/pricing"), "Shop /pricing"), (context.GetProperty("url").GetString(), context.GetProperty("title").GetString()));
    }

    [Fact(Timeout = Shop.TestMillisecondsMax)]
    public async Task A_group_is_joined_and_an_alias_merges_two_users()
    {
        await using var shop = await Shop.OpenAsync(chromium);
        var page = await shop.VisitAsync();

        await page.EvaluateAsync("() => { cdp.identify('old-name'); cdp.group('acme', { name: 'Acme' }); cdp.alias('new-name'); cdp.track('Renamed'); }");
        await Shop.SettledAsync(page);

        var profile = await shop.ProfileAsync("userId:new-name");
        Assert.Equal(profile!.Value.GetProperty("id").GetString(), (await shop.ProfileAsync("userId:old-name"))!.Value.GetProperty("id").GetString());
        Assert.Contains("acme", profile.Value.GetProperty("groups").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(["track", "alias", "group", "identify"], (await shop.EventsAsync("userId:new-name")).Select(e => e.GetProperty("type").GetString()));
        Assert.Equal("new-name", await page.EvaluateAsync<string>("() => cdp.userId()"));
    }

    [Fact(Timeout = Shop.TestMillisecondsMax)]
    public async Task After_a_reset_the_browser_is_somebody_else()
    {
        await using var shop = await Shop.OpenAsync(chromium);
        var page = await shop.VisitAsync();
        await page.EvaluateAsync("() => { cdp.identify('ada'); cdp.track('First'); }");
        var first = await page.EvaluateAsync<string>("() => cdp.anonymousId()");

        await page.EvaluateAsync("() => { cdp.reset(); cdp.track('Second'); }");
        await Shop.SettledAsync(page);

        var second = await page.EvaluateAsync<string>("() => cdp.anonymousId()");
        Assert.NotEqual(first, second);
        Assert.Null(await page.EvaluateAsync<string?>("() => cdp.userId()"));
        Assert.Equal(["First", "identify"], (await shop.EventsAsync("userId:ada")).Select(Label));
        Assert.Equal(["Second"], (await shop.EventsAsync($"anonymousId:{second}")).Select(Label));
    }

    [Fact(Timeout = Shop.TestMillisecondsMax)]
    public async Task A_second_user_in_the_same_browser_gets_an_anonymous_id_of_her_own()
    {
        await using var shop = await Shop.OpenAsync(chromium);
        var page = await shop.VisitAsync();

        var ids = await page.EvaluateAsync<string[]>(
            "() => { const ids = []; for (const user of ['ada', 'ada', 'grace']) { cdp.identify(user); ids.push(cdp.anonymousId()); } return ids; }");
        await Shop.SettledAsync(page);

        Assert.Equal(ids[0], ids[1]);
        Assert.NotEqual(ids[1], ids[2]);
        Assert.Equal([ids[2]], (await shop.ProfileAsync("userId:grace"))!.Value.GetProperty("anonymousIds").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal([ids[0]], (await shop.ProfileAsync("userId:ada"))!.Value.GetProperty("anonymousIds").EnumerateArray().Select(id => id.GetString()));
    }

    [Fact(Timeout = Shop.TestMillisecondsMax)]
    public async Task Calls_made_before_the_script_has_loaded_are_kept()
    {
        await using var shop = await Shop.OpenAsync(chromium);

        var page = await shop.VisitAsync("/early");
        await shop.Gateway.UntilAsync(sent => sent.Sum(one => one.MessageIds.Count) == 2);
        await Shop.SettledAsync(page);

        Assert.Equal(["Early", "identify"], (await shop.EventsAsync("userId:early-bird")).Select(Label));
    }

    [Fact(Timeout = Shop.TestMillisecondsMax)]
    public async Task A_script_tag_that_asks_for_it_reports_the_page_view()
    {
        await using var shop = await Shop.OpenAsync(chromium);

        var page = await shop.VisitAsync("/auto");
        await shop.Gateway.UntilAsync(sent => sent.Count == 1);

        var anonymousId = await page.EvaluateAsync<string>("() => cdp.anonymousId()");
        var view = Assert.Single(await shop.EventsAsync($"anonymousId:{anonymousId}"));
        Assert.Equal(("page", "/auto"), (view.GetProperty("type").GetString(), view.GetProperty("properties").GetProperty("path").GetString()));
    }

    [Fact(Timeout = Shop.TestMillisecondsMax)]
    public async Task A_call_that_makes_no_sense_breaks_nothing()
    {
        await using var shop = await Shop.OpenAsync(chromium);
        var page = await shop.VisitAsync();

        await page.EvaluateAsync("() => { cdp.push(['ready']); cdp.push(['track', 'Sensible']); cdp.push('nonsense'); }");
        await Shop.SettledAsync(page);

        Assert.Equal(1, await shop.StoredAsync());
    }

    private static string? Label(System.Text.Json.JsonElement e) =>
        e.GetProperty("type").GetString() is "track" ? e.GetProperty("name").GetString() : e.GetProperty("type").GetString();
}
