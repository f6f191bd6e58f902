using CdpPipeline.Grains.Auditing;
using CdpPipeline.Grains.Erasing;
using CdpPipeline.Grains.Merging;
using CdpPipeline.Grains.Retention;
using CdpPipeline.Grains.Segments;
using CdpPipeline.Grains.Sharing;

namespace CdpPipeline.Api.Hosting;

/// <summary>What runs beside requests, in a process of its own as on a node of a cluster: started in order, stopped in reverse.</summary>
internal sealed class BackgroundWork(
    MergeRecovery recovery,
    ErasureRecovery erasing,
    Backfill backfill,
    DueClock due,
    MembershipSweep sweep,
    AuditSweep audit,
    RetentionSweep retention,
    SegmentRecounts recounts,
    DocumentWatch watch,
    TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan IdlePeriod = TimeSpan.FromSeconds(2);

    // Whoever became due while nobody looked is not to be seen where she no longer is; but requests are not to wait for long either.
    private static readonly TimeSpan CatchingUpMax = TimeSpan.FromSeconds(4);

    private readonly CancellationTokenSource stopping = new();
    private Task? lettingGo;

    /// <summary>
    /// Starts all of it once <paramref name="ready"/> has made known what people are judged by, and waits a little for those who became due meanwhile.
    /// <paramref name="letGo"/> is called now and then, to let go of grains that are idle.
    /// </summary>
    public async Task StartAsync(Func<Task> ready, Action letGo, CancellationToken cancellationToken)
    {
        backfill.Start();
        await ready();
        recovery.Start();
        erasing.Start();
        due.Start();
        sweep.Start();
        audit.Start();
        retention.Start();
        recounts.Start();
        watch.Start();
        lettingGo = Task.Run(() => LetGoAsync(letGo), CancellationToken.None);
        await due.CatchUpAsync(CatchingUpMax, cancellationToken);
    }

    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        if (lettingGo is not null) await lettingGo;
        await watch.DisposeAsync();
        await recounts.DisposeAsync();
        await retention.DisposeAsync();
        await audit.DisposeAsync();
        await sweep.DisposeAsync();
        await due.DisposeAsync();
        await backfill.DisposeAsync();
        await erasing.DisposeAsync();
        await recovery.DisposeAsync();
    }

    public void Dispose() => stopping.Dispose();

    private async Task LetGoAsync(Action letGo)
    {
        using var timer = new PeriodicTimer(IdlePeriod, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token)) letGo();
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }
}
