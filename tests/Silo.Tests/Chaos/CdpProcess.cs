using System.Collections.Concurrent;
using System.Globalization;
using CdpPipeline.Silo.Tests.Chaos;

namespace CdpPipeline.Faults.Tests.Processes;

/// <summary>Three nodes behind one address, in the place of the one program that the fault tests know.</summary>
internal sealed class CdpProcess : IAsyncDisposable
{
    public const string WriteKey = "faults-write-key";
    public const string ApiKey = "faults-api-key";

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
    };

    private readonly ConcurrentQueue<string> output = new();
    private readonly RoundRobinFront front;

    public CdpProcess(FaultStore store)
    {
        var settings = new Dictionary<string, string>(store.Environment.Concat(Settings));
        Nodes = [.. Enumerable.Range(0, 3).Select(_ => new NodeProcess(settings, output))];
        front = new RoundRobinFront([.. Nodes.Select(node => node.Port)]);
        Address = new Uri($"http://127.0.0.1:{front.Port.ToString(CultureInfo.InvariantCulture)}");
    }

    public IReadOnlyList<NodeProcess> Nodes { get; }

    public Uri Address { get; }

    public bool IsRunning => Nodes.All(node => node.IsRunning);

    /// <summary>The last lines that the nodes wrote, through all restarts.</summary>
    public string Output => string.Join('\n', output);

    /// <summary>Starts those that do not run.</summary>
    public void Launch()
    {
        foreach (var node in Nodes.Where(node => !node.IsRunning)) node.Launch();
    }

    /// <summary>Waits until all nodes serve.</summary>
    public Task ReadyAsync(CancellationToken cancellationToken) => Task.WhenAll(Nodes.Select(node => node.ReadyAsync(cancellationToken)));

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Launch();
        return ReadyAsync(cancellationToken);
    }

    public void Kill()
    {
        foreach (var node in Nodes) node.Kill();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes) node.Dispose();
        await front.DisposeAsync();
    }
}
