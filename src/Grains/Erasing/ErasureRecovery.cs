using CdpPipeline.Grains.Bulk;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Grains.Erasing;

/// <summary>
/// Completes erasures that were decided and whose rows are not all removed: at the start, and, on the node with the first share, now and then for what
/// another node left. One that fails is tried again with growing pauses and holds up no other.
/// </summary>
public sealed partial class ErasureRecovery(IErasures store, Eraser eraser, INodeShare share, TimeProvider clock, ILogger<ErasureRecovery> logger) : IAsyncDisposable
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    private const int PageSize = 100;

    private readonly Stragglers<Guid> stragglers = new(clock);
    private BackgroundLoop? loop;

    public void Start() => (loop ??= new BackgroundLoop(RoundAsync, NotCompleted, clock)).Start();

    /// <summary>Completes what is pending now; the number seen.</summary>
    public async Task<int> CompleteAsync(CancellationToken cancellationToken)
    {
        var resting = stragglers.Count;
        var pending = await store.PendingAsync(PageSize + resting, cancellationToken);
        stragglers.Keep(pending);
        foreach (var receipt in pending)
        {
            if (stragglers.IsResting(receipt)) continue;
            try
            {
                await eraser.CompleteAsync(receipt, cancellationToken);
                stragglers.Remove(receipt);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                OneNotCompleted(exception, receipt, stragglers.Add(receipt));
            }
        }

        return pending.Count - resting;
    }

    public ValueTask DisposeAsync() => loop?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        if (share.Current.Number != 0 || await CompleteAsync(cancellationToken) < PageSize) await Task.Delay(Period, clock, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Erasure {Receipt} could not be completed; trying again in {Pause}.")]
    private partial void OneNotCompleted(Exception exception, Guid receipt, TimeSpan pause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pending erasures could not be completed; trying again.")]
    private partial void NotCompleted(Exception exception);
}
