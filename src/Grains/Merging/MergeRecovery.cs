using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Grains.Merging;

/// <summary>Completes merges that a crash left between their two steps: at the start, and now and then for what another node left.</summary>
public sealed partial class MergeRecovery(IIdentityIndex index, Joiner joiner, GrainMetrics metrics, TimeProvider clock, ILogger<MergeRecovery> logger) : IAsyncDisposable
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    private const int PageSize = 500;

    private BackgroundLoop? loop;

    public void Start() => (loop ??= new BackgroundLoop(RoundAsync, NotCompleted, clock)).Start();

    /// <summary>Completes what is pending now; the number of merges seen.</summary>
    public async Task<int> CompleteAsync(CancellationToken cancellationToken)
    {
        var pending = await index.PendingMergesAsync(PageSize, cancellationToken);
        foreach (var merge in pending)
        {
            if (await joiner.CompleteAsync(merge.Loser, merge.Survivor)) metrics.MergesRepaired.Add(1);
        }

        return pending.Count;
    }

    public ValueTask DisposeAsync() => loop?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        if (await CompleteAsync(cancellationToken) < PageSize) await Task.Delay(Period, clock, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pending merges could not be completed; trying again.")]
    private partial void NotCompleted(Exception exception);
}
