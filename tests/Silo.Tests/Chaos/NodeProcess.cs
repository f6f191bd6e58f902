using System.Collections.Concurrent;
using CdpPipeline.Testing;

namespace CdpPipeline.Silo.Tests.Chaos;

/// <summary>One node as a process of its own. It keeps its ports across restarts, unless it moves.</summary>
internal sealed class NodeProcess(IReadOnlyDictionary<string, string> settings, ConcurrentQueue<string> output) : IDisposable
{
    private const int LinesKept = 120;

    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(120);

    private int clusterPort = ProgramProcess.FreePort();

    public ProgramProcess Program { get; } = new(ProgramProcess.PathOf("Silo"), output, LinesKept);

    public int Port => Program.Address.Port;

    public bool IsRunning => Program.IsRunning;

    public void Launch() => Program.Launch(settings.Concat([new("Cdp__Cluster__Port", $"{clusterPort}"), new("Cdp__Cluster__AdvertisedAddress", "127.0.0.1")]));

    public Task ReadyAsync(CancellationToken cancellationToken) => Program.ReadyAsync(StartMax, cancellationToken);

    /// <summary>SIGKILL: nothing of the process runs any more when this returns.</summary>
    public void Kill() => Program.Kill();

    /// <summary>From its next start it has another address among the nodes, as where an orchestrator gives each start a new one.</summary>
    public void Move() => clusterPort = ProgramProcess.FreePort();

    public void Dispose() => Program.Dispose();
}
