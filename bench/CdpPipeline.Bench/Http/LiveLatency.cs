using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace CdpPipeline.Bench.Http;

/// <summary>
/// The time from sending an event that brings somebody into a segment until a watcher of the live counts is told, while batches arrive at half of
/// the rate that the server can take, and 50 other segments change with them.
/// </summary>
internal static class LiveLatency
{
    private const int OtherSegments = 50;
    private const string Probe = "Bench Probe";

    // A segment's count is told at most once a period: by turns, so that none waits for its own last change.
    private const int ProbeSegments = 8;

    // Until everybody is in the segments that the load brings her into.
    private static readonly TimeSpan EnteringMax = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(BenchArguments arguments)
    {
        await using var server = await BenchServer.StartAsync(arguments);
        await SampleSegments.SaveAsync(server.Address, arguments.ApiKey, OtherSegments, OtherSegments / RequestBodies.Names.Length);
        using var http = new HttpClient { BaseAddress = server.Address, Timeout = Timeout.InfiniteTimeSpan };
        var segments = new List<string>();
        for (var i = 0; i < ProbeSegments; i++) segments.Add(await SaveProbeAsync(http, arguments, i));
        await HttpLoad.LoadAsync(server.Address, arguments, EnteringMax);
        var full = (await HttpLoad.LoadAsync(server.Address, arguments, HttpLoad.WarmUp)).Sum(some => some.Count) / HttpLoad.WarmUp.TotalSeconds;

        var half = TimeSpan.FromSeconds(HttpLoad.Connections / (full / 2));
        var load = HttpLoad.LoadAsync(server.Address, arguments, arguments.Duration + HttpLoad.WarmUp, half);
        await Task.Delay(HttpLoad.WarmUp);
        var latencies = await ProbeAsync(http, arguments, segments);
        var sent = (await load).Sum(some => some.Count) / (arguments.Duration + HttpLoad.WarmUp).TotalSeconds;

        var table = new Table("live count", "events/s beside", "of full load", "probes", "p50 ms", "p99 ms", "worst ms");
        table.Add("event to watcher", sent * RequestBodies.BatchEvents, sent / full, latencies.Count, latencies.Median, latencies.At(0.99), latencies.At(1));
        table.Print();
    }

    private static async Task<string> SaveProbeAsync(HttpClient http, BenchArguments arguments, int number)
    {
        using var answer = await SendAsync(http, "/api/segments", arguments.ApiKey, $$$"""{"name":"{{{Probe}}} {{{number}}}","filter":{"event":"{{{Probe}}} {{{number}}}"}}""");
        using var saved = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return saved.RootElement.GetProperty("segmentId").GetString()!;
    }

    private static async Task<Samples> ProbeAsync(HttpClient http, BenchArguments arguments, List<string> segments)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/segments/live");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", arguments.ApiKey);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var counts = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var latencies = new Samples();
        var random = new Random(1);
        await CountAsync(counts, segments[^1], 0);
        for (var since = Stopwatch.StartNew(); since.Elapsed < arguments.Duration;)
        {
            await Task.Delay(random.Next(15, 40));
            var (number, before) = (latencies.Count % segments.Count, latencies.Count / segments.Count);
            var start = Stopwatch.GetTimestamp();
            var sending = SendAsync(http, "/api/track", arguments.WriteKey, string.Create(CultureInfo.InvariantCulture, $$"""{"type":"track","userId":"probe-{{before}}","event":"{{Probe}} {{number}}"}"""));
            await CountAsync(counts, segments[number], before + 1);
            latencies.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            (await sending).Dispose();
        }

        return latencies;
    }

    private static async Task CountAsync(StreamReader counts, string segment, long members)
    {
        while (await counts.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith("data: ", StringComparison.Ordinal) || !line.Contains(segment, StringComparison.Ordinal)) continue;
            using var count = JsonDocument.Parse(line[6..]);
            if (count.RootElement.GetProperty("memberCount").GetInt64() >= members) return;
        }

        throw new InvalidOperationException("The stream of live counts ended.");
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, string path, string key, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var answer = await http.SendAsync(request);
        return answer.IsSuccessStatusCode ? answer : throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
    }
}
