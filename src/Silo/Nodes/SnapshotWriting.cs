using CdpPipeline.Grains.Identities;
using Microsoft.Extensions.Hosting;

namespace CdpPipeline.Silo.Nodes;

/// <summary>Lets snapshots be written from before the first grain is active until after the last has gone.</summary>
internal sealed class SnapshotWriting(SnapshotQueue snapshots) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        snapshots.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await snapshots.DisposeAsync();
}
