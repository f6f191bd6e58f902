using System.Diagnostics;

namespace CdpPipeline.Bench.Http;

/// <summary>
/// Requests that come when they are due, whatever became of those before: each connection begins one a period, and what it is late for it sends as soon as
/// it can. Latencies count from the instant at which a request was due, so that waiting for a connection is in them.
/// </summary>
internal sealed class OpenLoad
{
    /// <summary>Milliseconds of those that were answered with 2xx.</summary>
    public Samples Accepted { get; } = new();

    /// <summary>Milliseconds of those that were turned away with 429 or 503 and told when to come again; anything else is an error.</summary>
    public Samples Shed { get; } = new();

    public static async Task<OpenLoad> RunAsync(Uri address, int connections, Func<int, RequestBodies> requestsOf, double requestsPerSecond, TimeSpan duration)
    {
        var period = TimeSpan.FromSeconds(connections / requestsPerSecond);
        var bodies = Enumerable.Range(0, connections).Select(requestsOf).ToArray();
        var start = Stopwatch.GetTimestamp();
        var loads = await Task.WhenAll(bodies.Select((requests, number) => Task.Run(() => ConnectionAsync(address, requests, start, period * number / connections, period, duration))));
        var all = new OpenLoad();
        foreach (var (accepted, shed) in loads)
        {
            all.Accepted.AddRange(accepted);
            all.Shed.AddRange(shed);
        }

        return all;
    }

    private static async Task<(List<double> Accepted, List<double> Shed)> ConnectionAsync(Uri address, RequestBodies requests, long start, TimeSpan first, TimeSpan period, TimeSpan duration)
    {
        using var connection = await LoadConnection.OpenAsync(address);
        List<double> accepted = [], shed = [];
        for (var due = first; due < duration && Stopwatch.GetElapsedTime(start) < duration; due += period)
        {
            var wait = due - Stopwatch.GetElapsedTime(start);
            if (wait > TimeSpan.Zero) await Task.Delay(wait);
            var status = await connection.SendAsync(requests.Next());
            var latency = (Stopwatch.GetElapsedTime(start) - due).TotalMilliseconds;
            if (status is >= 200 and < 300) accepted.Add(latency);
            else if (status is 429 or 503 && connection.SaidWhenToRetry) shed.Add(latency);
            else throw new InvalidOperationException($"The server answered {status}{(connection.SaidWhenToRetry ? "" : " without Retry-After")}.");
        }

        return (accepted, shed);
    }
}
