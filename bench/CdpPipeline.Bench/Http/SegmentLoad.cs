using System.Diagnostics;
using System.Globalization;

namespace CdpPipeline.Bench.Http;

/// <summary>Ingestion with few segments beside ingestion with many: two servers, loaded in turn, round by round.</summary>
internal static class SegmentLoad
{
    private const int Few = 10;
    private const int Many = 1_000;
    private const int TouchedByAnEvent = 100;

    // People enter hundreds of segments with their first events; what is measured is what events cost after that.
    private const double SettledGrowth = 0.0005;
    private const int WarmUpsMax = 20;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(BenchArguments arguments)
    {
        await using var few = await BenchServer.StartAsync(arguments, BenchServer.Patient);
        await using var many = await BenchServer.StartAsync(arguments, BenchServer.Patient);
        await SampleSegments.SaveAsync(few.Address, arguments.ApiKey, Few, Few / RequestBodies.Names.Length);
        await SampleSegments.SaveAsync(many.Address, arguments.ApiKey, Many, TouchedByAnEvent);
        BenchServer[] servers = [few, many];
        var rates = servers.Select(_ => new Samples()).ToArray();
        var costs = servers.Select(_ => new Samples()).ToArray();
        foreach (var server in servers) await SettleAsync(server.Address, arguments);
        for (var round = 0; round < arguments.Rounds; round++)
        {
            for (var i = 0; i < servers.Length; i++)
            {
                var (watch, used) = (Stopwatch.StartNew(), servers[i].ProcessorTime);
                var latencies = await HttpLoad.LoadAsync(servers[i].Address, arguments, arguments.Duration / arguments.Rounds);
                var events = latencies.Sum(some => some.Count) * RequestBodies.BatchEvents;
                rates[i].Add(events / watch.Elapsed.TotalSeconds);
                if (servers[i].ProcessorTime - used is { } processor) costs[i].Add(processor.TotalMicroseconds / events);
            }
        }

        var table = new Table("segments", "touched by an event", "events/s", "of the first", "CPU µs/event", "of the first");
        table.Add(Few.ToString("N0", CultureInfo.InvariantCulture), Few / RequestBodies.Names.Length, rates[0].Median, 1, costs[0].Median, 1);
        table.Add(Many.ToString("N0", CultureInfo.InvariantCulture), TouchedByAnEvent, rates[1].Median, rates[1].Median / rates[0].Median, costs[1].Median, costs[1].Median / costs[0].Median);
        table.Print();
    }

    /// <summary>Loads the server until hardly anybody enters a segment any more.</summary>
    private static async Task SettleAsync(Uri server, BenchArguments arguments)
    {
        var members = 0L;
        for (var i = 0; i < WarmUpsMax; i++)
        {
            await HttpLoad.LoadAsync(server, arguments, WarmUp);
            var before = members;
            members = await SampleSegments.MembersAsync(server, arguments.ApiKey);
            if (members - before <= members * SettledGrowth) return;
        }

        throw new InvalidOperationException($"People still enter segments after {WarmUpsMax * WarmUp.TotalSeconds:0} s of load.");
    }
}
