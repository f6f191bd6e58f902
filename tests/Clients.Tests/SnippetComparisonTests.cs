using System.Text.Json;
using CdpPipeline.Browser.Tests;
using CdpPipeline.Clients.Tests.Browsers;
using CdpPipeline.Clients.Tests.Servers;

namespace CdpPipeline.Clients.Tests;

/// <summary>The same calls, in every way in which arguments may be left out, by Segment's published library and by ours behind its snippet.</summary>
public sealed class SnippetComparisonTests(ServerFixture fixture, Chromium chromium) : IClassFixture<ServerFixture>
{
    private const int TestMillisecondsMax = 120_000;

    // Each call in the order given, one after the other; what listeners heard comes back as JSON.
    private const string Calls =
        """
        async user => {
          const a = analytics.instance || analytics;
          const heard = [];
          for (const name of ['track', 'page', 'screen', 'identify', 'group', 'alias', 'reset'])
            a.on(name, (...args) => heard.push([name, ...args.filter(arg => arg !== undefined)]));
          const called = what => () => heard.push(['called', what]);
          a.timeout(10);
          await a.track('Bare');
          await a.alias(user);
          await a.track('Properties', { n: 1 });
          await a.track('Options', { n: 2 }, { context: { app: { name: 'shop' } }, device: 'blue' });
          await a.track('Callback', called('second'));
          await a.track('Nulls', null, null, called('last'));
          await a.track({ event: 'Whole', properties: { w: 1 } });
          await a.track('Timed', {}, { timestamp: new Date(1700000000000) });
          await a.page();
          await a.page('Name');
          await a.page('Category', 'Name');
          await a.page('Name', { x: 1, title: 'Told' });
          await a.page({ x: 2 }, called('page'));
          await a.page(null, 'Second');
          await a.page('Category', 'Name', { x: 3 }, { context: { a: 1 } });
          await a.page('Category', 'Name', null, { context: { b: 1 } });
          await a.screen('Screen', { s: 1 });
          await a.identify({ early: true });
          await a.identify(user, { plan: 'pro' });
          await a.identify({ age: 3 }, { context: { i: 1 } });
          await a.identify(user, called('identify'));
          await a.identify(null, { plan: 'free', age: null });
          await a.group('acme', { size: 3 });
          await a.group({ city: 'Ulm' });
          await a.group(42, null, { context: { g: 1 } }, called('group'));
          heard.push(['ids', a.user().id(), a.group().id(), a.group().traits(), a.user().traits()]);
          a.reset();
          heard.push(['after', a.user().id(), a.group().id(), a.group().traits(), a.user().traits()]);
          return JSON.stringify(heard);
        }
        """;

    private const int CallCount = 25;

    [Fact(Timeout = TestMillisecondsMax)]
    public async Task Every_call_is_the_same_event_and_is_told_to_listeners_and_callbacks_alike()
    {
        var theirs = await RunAsync("segment");
        var ours = await RunAsync("snippet");

        Assert.Equal(theirs.Heard, ours.Heard);
        Assert.Equal(CallCount, theirs.Events.Distinct().Count());
        Assert.Equal(theirs.Events, ours.Events);
    }

    private async Task<(List<string> Heard, List<string> Events)> RunAsync(string page)
    {
        await using var visit = await Visit.StartAsync(chromium, fixture);
        var tab = await visit.OpenAsync(page);
        var user = $"user-{Guid.NewGuid():N}";
        var visitor = await tab.EvaluateAsync<string>("() => client.anonymousId()");
        var title = await tab.TitleAsync();
        var address = new Uri(tab.Url);

        string Alike(string text) => text.Replace(user, "USER", StringComparison.Ordinal).Replace(visitor, "VISITOR", StringComparison.Ordinal)
            .Replace(title, "TITLE", StringComparison.Ordinal).Replace(address.ToString(), "ADDRESS", StringComparison.Ordinal).Replace(address.AbsolutePath, "PATH", StringComparison.Ordinal);

        using var heard = JsonDocument.Parse(await tab.EvaluateAsync<string>(Calls, user));
        await ServerFixture.UntilAsync(visit.Proxy, sent => sent.Where(one => one.Fate == Fate.Pass).SelectMany(one => one.MessageIds).Distinct().Count() == CallCount);
        var events = await fixture.EventsAsync($"userId:{user}");
        events.Reverse();
        return ([.. heard.RootElement.EnumerateArray().Select(one => Alike(Sorted(one)))], [.. events.Select(one => Alike(Sorted(one)))]);
    }

    // What says which call it was, when, and by which library, differs by nature.
    private static string Sorted(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(',', from field in value.EnumerateObject()
                                                      where field.Name is not ("id" or "messageId" or "timestamp" or "receivedAt" or "library" or "userAgentData")
                                                      orderby field.Name
                                                      select $"{field.Name}:{Sorted(field.Value)}")}}}",
        JsonValueKind.Array => $"[{string.Join(',', value.EnumerateArray().Select(Sorted))}]",
        _ => value.GetRawText(),
    };
}
