using System.Diagnostics;
using System.Globalization;

namespace CdpPipeline.Bench.Http;

/// <summary>Offers three times as many batches as the server can take: what it takes, how long that and a profile read take, what it holds, and how soon it has recovered.</summary>
internal static class Overload
{
    private const int Factor = 3;
    private const int Connections = 800;
    private const int TemplatesEach = 6;
    private const double TakenWithin = 1_000;
    private const double MegabytesMax = 1_500;
    private const double RecoveredWithin = 1_000;

    private static readonly TimeSpan CapacityFor = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan RecoveryMax = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(BenchArguments arguments)
    {
        await using var server = await BenchServer.StartAsync(arguments);
        await HttpLoad.MakeReaderAsync(server, arguments);
        await HttpLoad.LoadAsync(server.Address, arguments, HttpLoad.WarmUp);
        var capacity = (await HttpLoad.LoadAsync(server.Address, arguments, CapacityFor)).Sum(some => some.Count) / CapacityFor.TotalSeconds;

        using var ended = new CancellationTokenSource();
        var reads = ReadAsync(server.Address, arguments, ended.Token);
        var memory = WatchMemoryAsync(server, ended.Token);
        var load = await OpenLoad.RunAsync(
            server.Address, Connections, number => RequestBodies.Of(arguments, server.Address, number, TemplatesEach), capacity * Factor, arguments.Duration);
        var recovery = await RecoverAsync(server.Address, arguments);
        await ended.CancelAsync();

        var seconds = arguments.Duration.TotalSeconds;
        var rates = new Table("events a second", "capacity", "offered", "taken", "turned away");
        rates.Add(
            string.Create(CultureInfo.InvariantCulture, $"{Factor} times capacity for {seconds:0} s"), capacity * RequestBodies.BatchEvents, capacity * Factor * RequestBodies.BatchEvents,
            load.Accepted.Count * RequestBodies.BatchEvents / seconds, load.Shed.Count * RequestBodies.BatchEvents / seconds);
        rates.Print();
        var latencies = new Table("milliseconds", "p50", "p99", "worst");
        foreach (var (name, samples) in (ReadOnlySpan<(string, Samples)>)[("batches taken", load.Accepted), ("batches turned away", load.Shed), ("profile reads beside", await reads)])
            latencies.Add(name, samples.Median, samples.At(0.99), samples.At(1));
        latencies.Add("until a batch is taken again", recovery.TotalMilliseconds);
        latencies.Print();
        var megabytes = await memory / 1e6;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The process held {megabytes:#,0} MB at most."));
        MustBeBelow(TakenWithin, load.Accepted.At(0.99), "p99 of what was taken, in milliseconds");
        MustBeBelow(MegabytesMax, megabytes, "megabytes");
        MustBeBelow(RecoveredWithin, recovery.TotalMilliseconds, "milliseconds until a batch was taken again");
    }

    // A server that was running already does not say what it holds.
    private static void MustBeBelow(double bound, double measured, string what)
    {
        if (double.IsNaN(measured) || measured < bound) return;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"MISSED: {what}: {measured:#,0}, must be below {bound:#,0}."));
        Environment.ExitCode = 1;
    }

    private static async Task<Samples> ReadAsync(Uri address, BenchArguments arguments, CancellationToken ended)
    {
        var requests = RequestBodies.Of(arguments with { Command = BenchCommand.Profile }, address, Connections);
        using var connection = await LoadConnection.OpenAsync(address);
        var samples = new Samples();
        while (!ended.IsCancellationRequested)
        {
            var start = Stopwatch.GetTimestamp();
            if (await connection.SendAsync(requests.Next()) is not 200 and var status) throw new InvalidOperationException($"The server answered {status}.");
            samples.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            await Task.Delay(20, CancellationToken.None);
        }

        return samples;
    }

    private static async Task<double> WatchMemoryAsync(BenchServer server, CancellationToken ended)
    {
        double most = double.NaN;
        while (!ended.IsCancellationRequested)
        {
            if (server.WorkingSetBytes is { } bytes) most = double.IsNaN(most) ? bytes : Math.Max(most, bytes);
            await Task.Delay(100, CancellationToken.None);
        }

        return most;
    }

    private static async Task<TimeSpan> RecoverAsync(Uri address, BenchArguments arguments)
    {
        var requests = RequestBodies.Of(arguments, address, Connections, templates: 1);
        using var connection = await LoadConnection.OpenAsync(address);
        var since = Stopwatch.StartNew();
        while (await connection.SendAsync(requests.Next()) is < 200 or > 299)
        {
            if (since.Elapsed > RecoveryMax) throw new InvalidOperationException("The server did not recover in time.");
            await Task.Delay(10);
        }

        return since.Elapsed;
    }
}
