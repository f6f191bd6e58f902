using CdpPipeline.Api.Local;
using CdpPipeline.Grains.Erasing;
using CdpPipeline.Grains.Identities;
using CdpPipeline.Grains.Merging;

namespace CdpPipeline.Api.Hosting;

/// <summary>
/// Makes ready what requests need before the first one is served (the definitions, who was erased, merges that a crash left pending), and starts what runs
/// beside them; stops it in reverse.
/// </summary>
internal sealed class LocalHost(
    LocalGrains grains, LocalMembershipStream stream, SnapshotQueue snapshots, MergeRecovery recovery, ErasureRefresh erasures, BackgroundWork work) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        stream.Start(grains);
        snapshots.Start();
        await work.StartAsync(() => ReadyAsync(cancellationToken), grains.Sweep, cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await work.StopAsync();
        grains.Stop();
        await snapshots.DisposeAsync();
        await stream.DisposeAsync();
    }

    private async Task ReadyAsync(CancellationToken cancellationToken)
    {
        await grains.Catalog.ListAsync(cancellationToken);
        await erasures.FollowAsync(cancellationToken);
        await recovery.CompleteAsync(cancellationToken);
    }
}
