using CdpPipeline.Api.Local;
using CdpPipeline.Grains.Erasing;
using CdpPipeline.Grains.Identities;
using CdpPipeline.Grains.Merging;
using CdpPipeline.Grains.Segments;
using CdpPipeline.Grains.Sharing;

namespace CdpPipeline.Api.Hosting;

/// <summary>
/// Starts what runs beside requests, in order, before the first one is served, and stops it in reverse: recovery of pending merges,
/// the catalog, erasures, due times, what other processes change, and the letting go of idle grains.
/// </summary>
internal sealed class LocalHost(
    LocalGrains grains,
    LocalMembershipStream stream,
    SnapshotQueue snapshots,
    MergeRecovery recovery,
    ErasureRefresh erasures,
    ErasureRecovery erasing,
    Backfill backfill,
    DueClock due,
    MembershipSweep sweep,
    SegmentRecounts recounts,
    DocumentWatch watch,
    TimeProvider clock) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource stopping = new();
    private Task? sweeping;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        stream.Start(grains);
        snapshots.Start();
        backfill.Start();

        // Before anyone is judged, the definitions must be known.
        await grains.Catalog.ListAsync(cancellationToken);
        await erasures.FollowAsync(cancellationToken);
        await recovery.CompleteAsync(cancellationToken);
        recovery.Start();
        erasing.Start();
        due.Start();
        sweep.Start();
        recounts.Start();
        watch.Start();
        sweeping = Task.Run(SweepAsync, CancellationToken.None);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        if (sweeping is not null) await sweeping;
        await watch.DisposeAsync();
        await recounts.DisposeAsync();
        await sweep.DisposeAsync();
        await due.DisposeAsync();
        await backfill.DisposeAsync();
        await erasing.DisposeAsync();
        await recovery.DisposeAsync();
        grains.Stop();
        await snapshots.DisposeAsync();
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
            while (await timer.WaitForNextTickAsync(stopping.Token)) grains.Sweep();
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }
}
