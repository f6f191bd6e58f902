using CdpPipeline.Grains.Erasing;
using CdpPipeline.Grains.Merging;
using CdpPipeline.Grains.Segments;
using CdpPipeline.Grains.Sharing;
using CdpPipeline.Silo.Streams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Streams;

namespace CdpPipeline.Silo.Nodes;

/// <summary>
/// Starts what runs on a node beside requests once it is a member and before the first request is served, and stops it in reverse before it leaves.
/// </summary>
internal sealed class ClusterNode(
    IServiceProvider services,
    OrleansGrains grains,
    ActiveIdentities active,
    ClusterMembershipStream stream,
    MergeRecovery recovery,
    ErasureRecovery erasing,
    Backfill backfill,
    DueClock due,
    MembershipSweep sweep,
    SegmentRecounts recounts,
    DocumentWatch documents,
    MemberWatch members,
    TimeProvider clock) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource stopping = new();
    private Task? sweeping;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        stream.Start(services.GetRequiredKeyedService<IStreamProvider>(ClusterMembershipStream.Provider), grains.Segment);
        backfill.Start();

        // Before anyone is judged, the definitions must be known here; and somewhere in the cluster the catalog must be awake.
        await documents.LookAsync(cancellationToken);
        await grains.Catalog.ListAsync(cancellationToken);
        recovery.Start();
        erasing.Start();
        due.Start();
        sweep.Start();
        recounts.Start();
        documents.Start();
        members.Start();
        sweeping = Task.Run(SweepAsync, CancellationToken.None);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        if (sweeping is not null) await sweeping;
        await members.DisposeAsync();
        await documents.DisposeAsync();
        await recounts.DisposeAsync();
        await sweep.DisposeAsync();
        await due.DisposeAsync();
        await backfill.DisposeAsync();
        await erasing.DisposeAsync();
        await recovery.DisposeAsync();
        await stream.DisposeAsync();
    }

    public ValueTask DisposeAsync()
    {
        stopping.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task SweepAsync()
    {
        using var timer = new PeriodicTimer(SweepPeriod, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token)) active.Sweep();
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }
}
