using System.Diagnostics;
using System.Globalization;

namespace CdpPipeline.Bench.Http;

/// <summary>Loads the real program over HTTP: its own process, persistent connections, one request at a time on each.</summary>
internal static class HttpLoad
{
    public const int Connections = 32;

    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(BenchArguments arguments)
    {
        await using var server = await BenchServer.StartAsync(arguments);
        if (arguments.Command == BenchCommand.Profile) await MakeReaderAsync(server, arguments);
        await LoadAsync(server.Address, arguments, WarmUp);
        var watch = Stopwatch.StartNew();
        var latencies = await LoadAsync(server.Address, arguments, arguments.Duration);
        var requests = latencies.Sum(some => some.Count) / watch.Elapsed.TotalSeconds;
        var all = new Samples();
        foreach (var some in latencies) all.AddRange(some);

        var table = new Table(arguments.Command.ToString().ToLowerInvariant(), "events/s", "requests/s", "p50 ms", "p99 ms");
        var events = arguments.Command switch { BenchCommand.Batch => requests * RequestBodies.BatchEvents, BenchCommand.Single => requests, _ => double.NaN };
        table.Add(string.Create(CultureInfo.InvariantCulture, $"{Connections} connections"), events, requests, all.Median, all.At(0.99));
        table.Print();
    }

    /// <summary>Each connection's latencies in milliseconds. With a period each begins a request so often at most, one after the other, and skips what it is late for.</summary>
    public static Task<List<double>[]> LoadAsync(Uri address, BenchArguments arguments, TimeSpan duration, TimeSpan period = default) =>
        LoadAsync([address], arguments, duration, period);

    /// <summary>The same, the connections spread over several servers.</summary>
    public static async Task<List<double>[]> LoadAsync(IReadOnlyList<Uri> addresses, BenchArguments arguments, TimeSpan duration, TimeSpan period = default) =>
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(number =>
        {
            var address = addresses[number % addresses.Count];
            return Task.Run(() => ConnectionAsync(address, RequestBodies.Of(arguments, address, number), duration, period, period * number / Connections));
        }));

    private static async Task<List<double>> ConnectionAsync(Uri address, RequestBodies requests, TimeSpan duration, TimeSpan period, TimeSpan delay)
    {
        await Task.Delay(delay);
        using var connection = await LoadConnection.OpenAsync(address);
        var latencies = new List<double>();
        using var pace = period > TimeSpan.Zero ? new PeriodicTimer(period) : null;
        var since = Stopwatch.StartNew();
        while (since.Elapsed < duration)
        {
            if (pace is not null) await pace.WaitForNextTickAsync();
            var start = Stopwatch.GetTimestamp();
            var status = await connection.SendAsync(requests.Next());
            if (status is < 200 or > 299) throw new InvalidOperationException($"The server answered {status}.");
            latencies.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return latencies;
    }

    /// <summary>The person whose profile is read: with events enough to fill its timeline.</summary>
    public static async Task MakeReaderAsync(BenchServer server, BenchArguments arguments)
    {
        using var connection = await LoadConnection.OpenAsync(server.Address);
        var status = await connection.SendAsync(RequestBodies.ReaderWithEvents(arguments, server.Address));
        if (status is < 200 or > 299) throw new InvalidOperationException($"The server answered {status}.");
    }
}
