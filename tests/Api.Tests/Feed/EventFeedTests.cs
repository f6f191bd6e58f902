using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace CdpPipeline.Api.Tests.Feed;

public sealed class EventFeedTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_watcher_sees_what_becomes_of_every_event_and_why()
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestAsync("""{"userId":"gone","event":"E"}""");
        using (await host.SendAsync(HttpMethod.Delete, "/api/profiles/userId:gone")) { }
        await host.PutAsync("/api/sources/default/plan", """{"mode":"report","unplanned":"block","events":{"Paid":{"properties":{"total":{"type":"number"}}}}}""");
        using var watch = await WatchAsync(host, "");

        await BatchAsync(
            host,
            """{"type":"track","userId":"ada","event":"Paid","messageId":"m-1","properties":{"total":"5"}}""",
            "{\"type\":\"track\",\"userId\":\"ada\",\"event\":\"Paid\",\r\n\"messageId\":\"m-2\",\"properties\":{\r\n\"total\":5},\"context\":{\"ip\":\"10.0.0.1\"}}",
            """{"type":"track","event":"Paid","properties":{"total":5}}""",
            """{"type":"track","userId":"ada","event":"Payed","messageId":"m-3"}""",
            """{"type":"identify","userId":"gone","traits":{"email":"gone@example.com"}}""");
        await BatchAsync(host, """{"type":"track","userId":"ada","event":"Paid","messageId":"m-2","properties":{"total":5}}""");

        var reported = await watch.EventAsync();
        Assert.Equal(("accepted", "m-1", "default"), (Text(reported, "outcome"), Text(reported, "messageId"), Text(reported, "sourceId")));
        Assert.Equal("properties.total must be a number; it is a string", reported.GetProperty("violations")[0].GetString());
        var accepted = await watch.EventAsync();
        Assert.Equal(("accepted", "Paid", 5, "10.0.0.1"), (Text(accepted, "outcome"), Text(accepted, "name"), accepted.GetProperty("properties").GetProperty("total").GetInt32(), Text(accepted.GetProperty("context"), "ip")));
        Assert.Equal(Text(await host.GetAsync("/api/profiles/userId:ada"), "id"), Text(accepted, "identityId"));
        var suppressed = await watch.EventAsync();
        Assert.Equal("suppressed", Text(suppressed, "outcome"));
        Assert.DoesNotContain("gone", suppressed.GetRawText(), StringComparison.Ordinal);
        var nobody = await watch.EventAsync();
        Assert.Equal(("rejected", "userId", 5), (Text(nobody, "outcome"), Text(nobody, "field"), nobody.GetProperty("sent").GetProperty("properties").GetProperty("total").GetInt32()));
        var unplanned = await watch.EventAsync();
        Assert.Equal(("rejected", "event", "Payed"), (Text(unplanned, "outcome"), Text(unplanned, "field"), Text(unplanned, "name")));
        var duplicate = await watch.EventAsync();
        Assert.Equal(("duplicate", "m-2"), (Text(duplicate, "outcome"), Text(duplicate, "messageId")));
    }

    [Fact]
    public async Task What_was_sent_is_shown_without_what_is_not_to_be_kept()
    {
        await using var host = await ApiHost.StartAsync(("Cdp:Privacy:Ip", "Truncate"), ("Cdp:Privacy:UserAgent", "Drop"));
        using var watch = await WatchAsync(host, "?outcome=rejected");

        await BatchAsync(
            host,
            """{"type":"track","event":"A","context":{"ip":"203.0.113.77","userAgent":"secret"}}""",
            """{"type":"track","event":"A","cont\u0065xt":{"ip":"203.0.113.77","os":{"name":"x"}},"properties":{"n":1e5}}""",
            """{"type":"track","event":"A","context":["203.0.113.77"]}""",
            """["203.0.113.77"]""",
            $$$"""{"type":"track","event":"A","properties":{"deep":{{{new string('[', 200)}}}{{{new string(']', 200)}}}},"context":{"ip":"203.0.113.77"}}""");
        using (await host.SendAsync(HttpMethod.Post, "/v1/track", $$"""{"event":"A","writeKey":"{{ApiHost.WriteKey}}"}""", ApiHost.WriteKey)) { }
        using (await host.SendAsync(HttpMethod.Post, "/api/events", """{"type":"A","context":{"ip":"203.0.113.77"}}""", ApiHost.WriteKey)) { }

        Assert.Equal("""{"type":"track","event":"A","context":{"ip":"203.0.113.0"}}""", (await watch.EventAsync()).GetProperty("sent").GetRawText());
        Assert.Equal("""{"type":"track","event":"A","context":{"ip":"203.0.113.0","os":{"name":"x"}},"properties":{"n":1e5}}""", (await watch.EventAsync()).GetProperty("sent").GetRawText());
        Assert.Equal("""{"type":"track","event":"A"}""", (await watch.EventAsync()).GetProperty("sent").GetRawText());
        for (var i = 0; i < 2; i++) Assert.DoesNotContain("203.0.113.77", (await watch.EventAsync()).GetRawText(), StringComparison.Ordinal);
        Assert.Equal("""{"event":"A"}""", (await watch.EventAsync()).GetProperty("sent").GetRawText());
        Assert.Equal("""{"type":"A","context":{"ip":"203.0.113.0"}}""", (await watch.EventAsync()).GetProperty("sent").GetRawText());
    }

    [Fact]
    public async Task Of_whoever_was_erased_nothing_is_shown_whatever_is_wrong_with_the_event()
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestAsync("""{"userId":"gone","anonymousId":"gone-too","event":"E","context":{"traits":{"email":"gone@example.com"}}}""");
        using (await host.SendAsync(HttpMethod.Delete, "/api/profiles/userId:gone")) { }
        await host.PutAsync("/api/sources/default/plan", """{"mode":"block","unplanned":"block","events":{"Paid":{}}}""");
        using var watch = await WatchAsync(host, "");

        var answer = await ApiHost.ReadAsync(
            await host.SendAsync(HttpMethod.Post, "/v1/batch", """
            {"batch":[
              {"type":"track","userId":"gone","event":"Payed","properties":{"note":"gone"}},
              {"type":"track","userId":"gone","event":"","properties":{"note":"gone"}},
              {"type":"track","event":"","context":{"traits":{"email":"GONE@example.com"}}},
              {"type":"alias","previousId":"gone-too"},
              {"type":"track","userId":"ada","event":"","properties":{"note":"here"}}
            ]}
            """, ApiHost.WriteKey),
            HttpStatusCode.OK);

        Assert.Equal((1, 1, 4), (answer.GetProperty("accepted").GetInt32(), answer.GetProperty("suppressed").GetInt32(), answer.GetProperty("rejected").GetArrayLength()));
        var suppressed = await watch.EventAsync();
        Assert.Equal("suppressed", Text(suppressed, "outcome"));
        Assert.DoesNotContain("gone", suppressed.GetRawText(), StringComparison.Ordinal);
        for (var i = 0; i < 3; i++)
        {
            var rejected = await watch.EventAsync();
            Assert.Equal("rejected", Text(rejected, "outcome"));
            Assert.DoesNotContain("gone", rejected.GetRawText(), StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal("here", Text((await watch.EventAsync()).GetProperty("sent").GetProperty("properties"), "note"));
        Assert.Equal(0, (await host.GetAsync("/api/sources/default/violations")).GetProperty("violations").GetArrayLength());
    }

    [Fact]
    public async Task A_watcher_may_choose_a_source_and_outcomes()
    {
        await using var host = await ApiHost.StartAsync();
        var shop = await host.PostAsync("/api/sources", """{"name":"Shop"}""", HttpStatusCode.Created);
        using var watch = await WatchAsync(host, "?source=Shop&outcome=rejected,duplicate");

        await host.IngestAsync("""{"userId":"u","event":"E"}""");
        foreach (var body in (string[])["""{"userId":"u","event":"E","messageId":"m"}""", """{"userId":"u","event":"E","messageId":"m"}""", """{"userId":"u"}""", "{"])
            using (await host.SendAsync(HttpMethod.Post, "/v1/track", body, Text(shop, "writeKey"))) { }

        Assert.Equal("duplicate", Text(await watch.EventAsync(), "outcome"));
        Assert.Equal("event", Text(await watch.EventAsync(), "field"));
        Assert.Contains("not JSON", Text(await watch.EventAsync(), "error"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_who_reads_too_slowly_is_told_how_many_were_dropped()
    {
        await using var host = await ApiHost.StartAsync(("Cdp:Feed:WaitingMax", "4"));
        var feed = host.Services.GetRequiredService<CdpPipeline.Api.Feed.EventFeed>();
        var watcher = feed.Enter(null, CdpPipeline.Api.Feed.FeedOutcome.All);

        await host.IngestBatchAsync(Enumerable.Range(0, 10).Select(i => $$"""{"type":"track","userId":"u","event":"E{{i}}"}"""));

        Assert.Equal("event: dropped\ndata: {\"count\":6,\"total\":6}\n\n", System.Text.Encoding.UTF8.GetString(watcher.TakeDropped()!));
        Assert.Null(watcher.TakeDropped());
        Assert.Equal(4, watcher.Frames.Count);
        feed.Leave(watcher);
        Assert.False(feed.IsWatched);
    }

    [Fact]
    public async Task Those_who_watch_at_other_nodes_take_nobodys_place_here()
    {
        await using var host = await ApiHost.StartAsync(("Cdp:Feed:WatchersMax", "1"));
        var feed = host.Services.GetRequiredService<CdpPipeline.Api.Feed.EventFeed>();
        var guests = Enumerable.Range(0, 3).Select(_ => feed.EnterGuest(null, CdpPipeline.Api.Feed.FeedOutcome.All)).ToList();
        var own = feed.Enter(null, CdpPipeline.Api.Feed.FeedOutcome.All);

        await host.IngestAsync("""{"userId":"u","event":"E"}""");

        Assert.All(guests.Append(own), watcher => Assert.Equal(1, watcher.Frames.Count));
        foreach (var guest in guests) feed.Leave(guest);
        Assert.True(feed.IsWatched);
    }

    [Fact]
    public async Task One_watcher_too_many_is_told_to_come_again_and_one_who_left_makes_room()
    {
        await using var host = await ApiHost.StartAsync(("Cdp:Feed:WatchersMax", "1"));
        using (await WatchAsync(host, ""))
        {
            using var refused = await host.SendAsync(HttpMethod.Get, "/api/events/live");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        await ApiHost.UntilAsync(() => Task.FromResult(!host.Services.GetRequiredService<CdpPipeline.Api.Feed.EventFeed>().IsWatched));
        using var next = await WatchAsync(host, "");
    }

    [Fact]
    public async Task A_quiet_connection_is_kept_alive_and_ends_with_the_host()
    {
        var host = await ApiHost.StartAsync(("Cdp:Feed:HeartbeatPeriod", "00:00:00.1"));
        using var watch = await WatchAsync(host, "");

        string line;
        do line = await watch.LineAsync();
        while (!line.StartsWith(':'));

        await host.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), Cancelled);
    }

    [Fact]
    public async Task An_event_that_is_too_large_to_show_is_told_of_without_its_properties()
    {
        await using var host = await ApiHost.StartAsync(("Cdp:Feed:ShownBytesMax", "20"));
        using var watch = await WatchAsync(host, "");

        await host.IngestAsync("""{"userId":"u","event":"E","properties":{"note":"more than twenty bytes"}}""");

        var shown = await watch.EventAsync();
        Assert.True(shown.GetProperty("tooLargeToShow").GetBoolean());
        Assert.False(shown.TryGetProperty("properties", out _));
    }

    [Fact]
    public async Task An_outcome_that_is_none_is_refused() =>
        await UsingAsync(async host => Assert.Equal("outcome", Text(await host.GetAsync("/api/events/live?outcome=lost", HttpStatusCode.BadRequest), "field")));

    private static async Task UsingAsync(Func<ApiHost, Task> act)
    {
        await using var host = await ApiHost.StartAsync();
        await act(host);
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static async Task BatchAsync(ApiHost host, params string[] calls) =>
        await ApiHost.ReadAsync(await host.SendAsync(HttpMethod.Post, "/v1/batch", $$"""{"batch":[{{string.Join(',', calls)}}]}""", ApiHost.WriteKey), HttpStatusCode.OK);

    private static async Task<Watch> WatchAsync(ApiHost host, string query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/events/live" + query);
        request.Headers.Authorization = new("Bearer", ApiHost.AdminKey);
        var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var watch = new Watch(response, new StreamReader(await response.Content.ReadAsStreamAsync(Cancelled)));
        Assert.Equal("event: watching", await watch.LineAsync());
        return watch;
    }

    private sealed class Watch(HttpResponseMessage response, StreamReader reader) : IDisposable
    {
        public async Task<string> LineAsync()
        {
            var line = await reader.ReadLineAsync(Cancelled).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Cancelled);
            return line ?? throw new EndOfStreamException("The stream has ended.");
        }

        public async Task<JsonElement> EventAsync()
        {
            while (await LineAsync() != "event: event")
            {
                // Comments, and the ends of messages.
            }

            using var data = JsonDocument.Parse((await LineAsync())["data: ".Length..]);
            return data.RootElement.Clone();
        }

        public void Dispose()
        {
            reader.Dispose();
            response.Dispose();
        }
    }
}
