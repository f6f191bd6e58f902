using System.Diagnostics;
using System.Net;
using System.Text.Json;
using CdpPipeline.Api.Feed;
using CdpPipeline.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CdpPipeline.Silo.Tests.Nodes;

/// <summary>Three whole nodes on one database: whichever is asked, they are one.</summary>
public sealed class ThreeNodesTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Whoever is due leaves within two seconds, a delta that was lost is told again after as long, and counts are looked at each second; the rest is for a
    // machine that has other things to do.
    private static readonly TimeSpan PromptMax = TimeSpan.FromSeconds(5);

    private readonly List<ServedNode> nodes = [];
    private string connectionString = "";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(PostgresServer.MissingReason is not null, PostgresServer.MissingReason ?? "");
        connectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        for (var i = 0; i < 3; i++) nodes.Add(await ServedNode.StartAsync(connectionString));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes) await node.DisposeAsync();
    }

    [Fact]
    public async Task What_one_takes_the_others_show()
    {
        await nodes[0].TrackAsync("""{"userId":"ada","anonymousId":"a1","event":"Order Completed","messageId":"m1","properties":{"total":42.50}}""");
        await nodes[1].TrackAsync("""{"anonymousId":"a1","event":"Order Completed","messageId":"m2"}""");
        await nodes[2].TrackAsync("""{"userId":"ada","event":"Order Completed","messageId":"m1"}""");

        foreach (var node in nodes)
        {
            var profile = await node.AskAsync(HttpMethod.Get, "/api/profiles/userId:ada");
            Assert.Equal(2, profile.GetProperty("eventCount").GetInt32());
            Assert.Equal(HttpStatusCode.OK, await node.StatusAsync("/readyz"));
        }
    }

    [Fact]
    public async Task A_segment_saved_at_one_counts_what_all_take_and_is_watched_at_any()
    {
        var segment = await SaveAsync(nodes[0], """{"name":"buyers","filter":{"event":"Order Completed"}}""");
        using var watching = await nodes[1].SendAsync(HttpMethod.Get, "/api/segments/live");
        using var told = new StreamReader(await watching.Content.ReadAsStreamAsync(Cancelled));

        for (var i = 0; i < 60; i++) await nodes[i % 3].TrackAsync($$"""{"userId":"u{{i}}","event":"Order Completed"}""");

        await UntilToldAsync(told, segment, 60, PromptMax);
        foreach (var node in nodes) Assert.Equal(60, (await node.AskAsync(HttpMethod.Get, $"/api/segments/{segment}")).GetProperty("memberCount").GetInt32());
    }

    [Fact]
    public async Task A_definition_may_refer_at_one_to_a_segment_that_was_saved_at_another_only_now()
    {
        await nodes[0].TrackAsync("""{"userId":"ada","event":"Order Completed"}""");
        for (var i = 0; i < 6; i++)
        {
            var saved = await nodes[i % 3].AskAsync(HttpMethod.Post, "/api/segments", """{"name":"buyers","filter":{"event":"Order Completed"}}""");
            var preview = await nodes[(i + 1) % 3].AskAsync(
                HttpMethod.Post, "/api/segments/preview", $$$"""{"filter":{"segment":"{{{saved.GetProperty("segmentId").GetString()}}}"}}""");
            Assert.Equal(1, preview.GetProperty("count").GetInt32());
        }
    }

    [Fact]
    public async Task Whoever_is_in_a_window_leaves_it_in_time_wherever_she_is()
    {
        var segment = await SaveAsync(nodes[2], """{"name":"just now","filter":{"event":"Order Completed","within":"3s"}}""");

        for (var i = 0; i < 30; i++) await nodes[i % 3].TrackAsync($$"""{"userId":"u{{i}}","event":"Order Completed"}""");

        await UntilAsync(async () => await CountAsync(nodes[0], segment) == 0, TimeSpan.FromSeconds(3) + PromptMax);
    }

    [Fact]
    public async Task Who_watches_events_at_one_sees_what_all_answer_and_costs_nothing_once_gone()
    {
        using (var watching = await nodes[1].SendAsync(HttpMethod.Get, "/api/events/live?outcome=accepted"))
        using (var told = new StreamReader(await watching.Content.ReadAsStreamAsync(Cancelled)))
        {
            await UntilAsync(() => Task.FromResult(nodes.TrueForAll(node => node.Services.GetRequiredService<EventFeed>().IsWatched)));
            for (var i = 0; i < 90; i++) await nodes[i % 3].TrackAsync($$"""{"userId":"u{{i}}","event":"Order Completed","messageId":"m{{i}}"}""");
            await nodes[0].TrackAsync("""{"userId":"u0","event":"Order Completed","messageId":"m0"}""");

            var seen = new List<string>();
            while (seen.Count < 90) seen.Add((await NextAsync(told)).GetProperty("messageId").GetString()!);
            Assert.Equal(Enumerable.Range(0, 90).Select(i => $"m{i}").Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
        }

        await UntilAsync(() => Task.FromResult(nodes.TrueForAll(node => !node.Services.GetRequiredService<EventFeed>().IsWatched)));
    }

    [Fact]
    public async Task A_node_that_leaves_takes_nothing_along()
    {
        var segment = await SaveAsync(nodes[0], """{"name":"buyers","filter":{"event":"Order Completed"}}""");
        for (var i = 0; i < 30; i++) await nodes[i % 3].TrackAsync($$"""{"userId":"u{{i}}","event":"Order Completed"}""");

        await nodes[0].DisposeAsync();
        nodes.RemoveAt(0);
        for (var i = 20; i < 40; i++) await nodes[i % 2].TrackAsync($$"""{"userId":"u{{i}}","event":"Order Completed"}""");

        await UntilAsync(async () => await CountAsync(nodes[0], segment) == 40, PromptMax);
        for (var i = 0; i < 40; i++)
            Assert.Equal(i is >= 20 and < 30 ? 2 : 1, (await nodes[i % 2].AskAsync(HttpMethod.Get, $"/api/profiles/userId:u{i}")).GetProperty("eventCount").GetInt32());
        nodes.Add(await ServedNode.StartAsync(connectionString));
        Assert.Equal(40, await CountAsync(nodes[^1], segment));
    }

    [Fact]
    public async Task A_node_may_serve_no_calls()
    {
        await using var quiet = await ServedNode.StartAsync(connectionString, ("Cdp:Cluster:ServesApi", "false"));

        Assert.Equal(HttpStatusCode.OK, await quiet.StatusAsync("/readyz"));
        Assert.Equal(HttpStatusCode.OK, await quiet.StatusAsync("/metrics"));
        Assert.Equal(HttpStatusCode.NotFound, await quiet.StatusAsync("/api/segments"));
    }

    private static async Task<string> SaveAsync(ServedNode node, string body)
    {
        var id = (await node.AskAsync(HttpMethod.Post, "/api/segments", body)).GetProperty("segmentId").GetString()!;
        await UntilAsync(async () => (await node.AskAsync(HttpMethod.Get, $"/api/segments/{id}")).GetProperty("status").GetString() == "live");
        return id;
    }

    private static async Task<int> CountAsync(ServedNode node, string segment) =>
        (await node.AskAsync(HttpMethod.Get, $"/api/segments/{segment}")).GetProperty("memberCount").GetInt32();

    private static async Task UntilToldAsync(StreamReader told, string segment, int count, TimeSpan max)
    {
        var since = Stopwatch.StartNew();
        while (await NextAsync(told, max - since.Elapsed) is var data && (data.GetProperty("segmentId").GetString() != segment || data.GetProperty("memberCount").GetInt32() != count))
        {
        }
    }

    private static async Task<JsonElement> NextAsync(StreamReader told, TimeSpan? max = null)
    {
        using var late = new CancellationTokenSource(max is not { } given ? Patience : given > TimeSpan.Zero ? given : TimeSpan.Zero);
        while (true)
        {
            var line = await told.ReadLineAsync(late.Token);
            Assert.NotNull(line);
            if (line.StartsWith("data: ", StringComparison.Ordinal) && line != "data: {}") return JsonElement.Parse(line["data: ".Length..]);
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> holds, TimeSpan? max = null)
    {
        using var late = new CancellationTokenSource(max ?? Patience);
        while (!await holds())
        {
            Assert.False(late.IsCancellationRequested, "It did not come true.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), Cancelled);
        }
    }
}
