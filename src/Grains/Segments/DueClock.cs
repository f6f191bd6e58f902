using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Grains.Segments;

/// <summary>
/// Wakes identities whose conditions flip with time alone, from the durable due-time index: earliest first, a bounded number at once,
/// looking again at least every <see cref="Period"/>. What came due while the process was down is caught up at the start.
/// </summary>
public sealed partial class DueClock(IGrains grains, IIdentityIndex index, GrainMetrics metrics, TimeProvider clock, ILogger<DueClock> logger) : IAsyncDisposable
{
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private const int PageSize = 2_000;
    private const int AtOnce = 32;

    private BackgroundLoop? loop;

    public void Start() => (loop ??= new BackgroundLoop(RoundAsync, Missed, clock)).Start();

    public ValueTask DisposeAsync() => loop?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        if (await WakeAsync(cancellationToken) < PageSize) await Task.Delay(Period, clock, cancellationToken);
    }

    private async Task<int> WakeAsync(CancellationToken cancellationToken)
    {
        var due = await index.DueAsync(clock.GetUtcNow(), PageSize, cancellationToken);
        await Parallel.ForEachAsync(
            due,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (identity, token) =>
            {
                await grains.Identity(identity.Id).ReevaluateAsync(token);
                metrics.DueLateness.Record((clock.GetUtcNow() - identity.At).TotalSeconds);
                metrics.DueWoken.Add(1);
            });
        return due.Count;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Due identities could not be woken; trying again.")]
    private partial void Missed(Exception exception);
}
