using System.Net;
using System.Text.Json;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Api.Tests.Segments;

public sealed class LiveCountsTests
{
    private const string Pro = """{"name":"Pro","filter":{"field":"traits.plan","operator":"eq","value":"pro"}}""";

    [Fact]
    public async Task A_watcher_hears_every_count_at_once_and_then_each_change()
    {
        await using var host = await ApiHost.StartAsync();
        var (pro, all) = (await host.SegmentAsync(Pro), await host.SegmentAsync("""{"name":"All","filter":{"and":[]}}"""));
        using var watch = await WatchAsync(host);

        Assert.Equal(new HashSet<(string, int)> { (pro, 0), (all, 0) }, [await watch.NextAsync(), await watch.NextAsync()]);

        await host.IngestAsync("""{"type":"identify","userId":"u","traits":{"plan":"pro"}}""");
        Assert.Equal(new HashSet<(string, int)> { (pro, 1), (all, 1) }, [await watch.NextAsync(), await watch.NextAsync()]);

        await host.IngestAsync("""{"type":"identify","userId":"u","traits":{"plan":"free"}}""");
        Assert.Equal((pro, 0), await watch.NextAsync());
    }

    [Fact]
    public async Task A_second_watcher_hears_all_counts_too_and_a_new_segment_is_told_to_both()
    {
        await using var host = await ApiHost.StartAsync();
        var pro = await host.SegmentAsync(Pro);
        using var first = await WatchAsync(host);
        Assert.Equal((pro, 0), await first.NextAsync());
        using var second = await WatchAsync(host);
        Assert.Equal((pro, 0), await second.NextAsync());

        var added = await host.SegmentAsync("""{"name":"All","filter":{"and":[]}}""");

        Assert.Equal(((added, 0), (added, 0)), (await first.NextAsync(), await second.NextAsync()));
    }

    [Fact]
    public async Task A_quiet_connection_is_kept_alive_with_comments()
    {
        await using var host = await ApiHost.StartAsync(("Cdp:Live:HeartbeatPeriod", "00:00:00.2"));
        using var watch = await WatchAsync(host);

        Assert.StartsWith(":", await watch.LineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_watcher_too_many_is_told_to_come_again()
    {
        await using var host = await ApiHost.StartAsync(("Cdp:Live:WatchersMax", "1"));
        using var watch = await WatchAsync(host);

        using var refused = await host.SendAsync(HttpMethod.Get, "/api/segments/live");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_stop_of_the_host_ends_the_stream()
    {
        var host = await ApiHost.StartAsync();
        using var watch = await WatchAsync(host);

        var stopped = host.DisposeAsync().AsTask();

        await stopped.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_segment_that_cannot_be_asked_or_does_not_answer_keeps_no_watcher_from_hearing_of_the_others()
    {
        await using var host = await ApiHost.StartAsync();
        var segments = FailingSegments.PutInto(host.Services);
        var (silent, away, all) = (await host.SegmentAsync(Pro), await host.SegmentAsync(Pro), await host.SegmentAsync("""{"name":"All","filter":{"and":[]}}"""));
        segments.Hold(new SegmentId(Guid.Parse(silent)));
        segments.Fail(new SegmentId(Guid.Parse(away)));
        using var watch = await WatchAsync(host);
        Assert.Equal((all, 0), await watch.NextAsync());

        await host.IngestAsync("""{"type":"identify","userId":"u","traits":{"plan":"pro"}}""");
        Assert.Equal((all, 1), await watch.NextAsync());

        segments.Release(new SegmentId(Guid.Parse(silent)));
        Assert.Equal((silent, 1), await watch.NextAsync());
        segments.Release(new SegmentId(Guid.Parse(away)));
        Assert.Equal((away, 1), await watch.NextAsync());
    }

    [Fact]
    public async Task Many_segments_are_asked_sixteen_at_a_time()
    {
        await using var host = await ApiHost.StartAsync();
        var segments = FailingSegments.PutInto(host.Services);
        var ids = new List<string>();
        for (var i = 0; i < 40; i++) ids.Add((await host.PostAsync("/api/segments", Pro, HttpStatusCode.Created)).GetProperty("segmentId").GetString()!);
        foreach (var id in ids) segments.Hold(new SegmentId(Guid.Parse(id)));

        var listed = host.GetAsync("/api/segments");
        await ApiHost.UntilAsync(() => Task.FromResult(segments.AskedAtOnceMost == 16));
        foreach (var id in ids) segments.Release(new SegmentId(Guid.Parse(id)));
        await listed;
        using var watch = await WatchAsync(host);
        var told = new HashSet<string>();
        while (told.Count < ids.Count) told.Add((await watch.NextAsync()).Segment);

        Assert.Equal(16, segments.AskedAtOnceMost);
    }

    private static async Task<Watch> WatchAsync(ApiHost host)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/segments/live");
        request.Headers.Authorization = new("Bearer", ApiHost.AdminKey);
        var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new Watch(response, new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)));
    }

    private sealed class Watch(HttpResponseMessage response, StreamReader reader) : IDisposable
    {
        public async Task<string> LineAsync()
        {
            var line = await reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
            return line ?? throw new EndOfStreamException("The stream has ended.");
        }

        public async Task<(string Segment, int Count)> NextAsync()
        {
            while (true)
            {
                if (await LineAsync() != "event: count") continue;
                var line = await LineAsync();
                Assert.StartsWith("data: ", line, StringComparison.Ordinal);
                using var data = JsonDocument.Parse(line["data: ".Length..]);
                Assert.True(data.RootElement.GetProperty("at").GetDateTimeOffset() > DateTimeOffset.UnixEpoch);
                return (data.RootElement.GetProperty("segmentId").GetString()!, data.RootElement.GetProperty("memberCount").GetInt32());
            }
        }

        public void Dispose()
        {
            reader.Dispose();
            response.Dispose();
        }
    }
}
