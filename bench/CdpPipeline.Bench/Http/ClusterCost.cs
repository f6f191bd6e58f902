using System.Diagnostics;
using System.Globalization;

namespace CdpPipeline.Bench.Http;

/// <summary>
/// What distribution costs: the same load on the embedded host and on one, two and three nodes of a cluster, each on a fresh database. Several nodes on
/// one machine share its cores, so it is the processor time for each event or read that says what a node more would bring on a machine of its own.
/// </summary>
internal static class ClusterCost
{
    private const int NodesMax = 3;

    // Each node compiles for itself what is called often, on cores that it shares with the others: until that is done it is the compiler that is measured.
    private static readonly TimeSpan WarmUpPerServer = TimeSpan.FromSeconds(12);

    private static readonly BenchCommand[] Loads = [BenchCommand.Batch, BenchCommand.Single, BenchCommand.Profile];

    public static async Task RunAsync(BenchArguments arguments)
    {
        if (arguments.Postgres is null) throw new InvalidOperationException("Nodes share a PostgreSQL database: give --postgres.");
        var results = new List<(string Name, List<(double PerSecond, double Micros)> Loads)> { ("one process", await MeasureAsync(arguments, nodes: 0)) };
        for (var nodes = 1; nodes <= NodesMax; nodes++) results.Add((nodes == 1 ? "1 node" : $"{nodes} nodes", await MeasureAsync(arguments, nodes)));

        for (var load = 0; load < Loads.Length; load++)
        {
            var table = new Table(Loads[load].ToString().ToLowerInvariant(), Loads[load] == BenchCommand.Profile ? "reads/s" : "events/s", "of one process", "CPU µs each", "of one process");
            var (basePerSecond, baseMicros) = results[0].Loads[load];
            foreach (var (name, loads) in results) table.Add(name, loads[load].PerSecond, loads[load].PerSecond / basePerSecond, loads[load].Micros, loads[load].Micros / baseMicros);
            table.Print();
        }
    }

    private static async Task<List<(double PerSecond, double Micros)>> MeasureAsync(BenchArguments arguments, int nodes)
    {
        await using var store = await BenchStore.CreateAsync(arguments.Postgres);
        var servers = new List<BenchServer>();
        try
        {
            for (var node = 0; node < Math.Max(1, nodes); node++) servers.Add(await BenchServer.StartAsync(arguments, store, ProgramOf(nodes == 0 ? "Api" : "Silo"), Settings()));
            var results = new List<(double PerSecond, double Micros)>();
            foreach (var load in Loads) results.Add(await MeasureAsync(servers, arguments with { Command = load }));
            return results;
        }
        finally
        {
            foreach (var server in servers) await server.DisposeAsync();
        }
    }

    private static async Task<(double PerSecond, double Micros)> MeasureAsync(List<BenchServer> servers, BenchArguments arguments)
    {
        if (arguments.Command == BenchCommand.Profile) await HttpLoad.MakeReaderAsync(servers[0], arguments);
        List<Uri> addresses = [.. servers.Select(server => server.Address)];
        await HttpLoad.LoadAsync(addresses, arguments, WarmUpPerServer * servers.Count);
        var (watch, before) = (Stopwatch.StartNew(), Used(servers));
        var requests = (await HttpLoad.LoadAsync(addresses, arguments, arguments.Duration)).Sum(some => some.Count);
        var (elapsed, used) = (watch.Elapsed, Used(servers) - before);
        var count = requests * (arguments.Command == BenchCommand.Batch ? RequestBodies.BatchEvents : 1);
        return (count / elapsed.TotalSeconds, used.TotalMicroseconds / count);
    }

    private static TimeSpan Used(List<BenchServer> servers) => servers.Aggregate(TimeSpan.Zero, (sum, server) => sum + server.ProcessorTime!.Value);

    private static Dictionary<string, string> Settings() => new(BenchServer.Patient)
    {
        ["Cdp:Cluster:AdvertisedAddress"] = "127.0.0.1",
        ["Cdp:Cluster:Port"] = BenchServer.FreeAddress().Port.ToString(CultureInfo.InvariantCulture),
    };

    private static string ProgramOf(string project)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "CdpPipeline.sln"))) root = root.Parent ?? throw new InvalidOperationException("CdpPipeline.sln is nowhere above.");
        var built = Path.Combine(root.FullName, "src", project, "bin", "Release", "net10.0", $"CdpPipeline.{project}.dll");
        return File.Exists(built) ? built : throw new InvalidOperationException($"The program is not built: {built}");
    }
}
