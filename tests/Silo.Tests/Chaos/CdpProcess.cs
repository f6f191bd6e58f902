using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using CdpPipeline.Silo.Tests.Chaos;

namespace CdpPipeline.Faults.Tests.Processes;

/// <summary>Three nodes behind one address, in the place of the one program that the fault tests know.</summary>
internal sealed class CdpProcess : IAsyncDisposable
{
    public const string WriteKey = "faults-write-key";
    public const string ApiKey = "faults-api-key";

    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(120);

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["Logging__LogLevel__Microsoft"] = "Warning",
        ["Cdp__WriteKey"] = WriteKey,
        ["Cdp__ApiKey"] = ApiKey,
        ["Cdp__Local__ActiveIdentitiesMax"] = "300",
        ["Cdp__Local__IdentityIdleFor"] = "00:00:11",
        ["Cdp__Local__AliasIdleFor"] = "00:00:11",
        ["Cdp__Local__AliasCacheEntriesMax"] = "1000",
        ["Cdp__Cluster__ProbePeriod"] = "00:00:01",
        ["Cdp__Cluster__CallTimeout"] = "00:00:10",
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
    };

    private readonly ConcurrentQueue<string> output = new();
    private readonly RoundRobinFront front;
    private readonly EventHandler killAtExit;

    public CdpProcess(FaultStore store)
    {
        Nodes = [.. Enumerable.Range(0, 3).Select(_ => new NodeProcess(store, Settings, output))];
        front = new RoundRobinFront([.. Nodes.Select(node => node.Port)]);
        Address = new Uri($"http://127.0.0.1:{front.Port.ToString(CultureInfo.InvariantCulture)}");
        killAtExit = (_, _) => Kill();
        AppDomain.CurrentDomain.ProcessExit += killAtExit;
    }

    public IReadOnlyList<NodeProcess> Nodes { get; }

    public Uri Address { get; }

    public bool IsRunning => Nodes.All(node => node.IsRunning);

    /// <summary>The last lines that the nodes wrote, through all restarts.</summary>
    public string Output => string.Join('\n', output);

    public void Launch()
    {
        foreach (var node in Nodes.Where(node => !node.IsRunning)) node.Launch();
    }

    /// <summary>Waits until all nodes serve.</summary>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var since = Stopwatch.StartNew();
        foreach (var node in Nodes)
        {
            while (!await node.IsReadyAsync(http, cancellationToken))
            {
                Assert.True(node.IsRunning, $"A node ended at its start.\n{Output}");
                Assert.True(since.Elapsed < StartMax, $"The nodes were not ready in time.\n{Output}");
                await Task.Delay(50, cancellationToken);
            }
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Launch();
        await ReadyAsync(cancellationToken);
    }

    public void Kill()
    {
        foreach (var node in Nodes) node.Kill();
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= killAtExit;
        Kill();
        await front.DisposeAsync();
    }
}
