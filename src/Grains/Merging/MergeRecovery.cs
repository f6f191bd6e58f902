using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Grains.Merging;

/// <summary>Completes merges that a crash left between their two steps: at the start, and now and then for what another node left.</summary>
public sealed partial class MergeRecovery(IIdentityIndex index, Joiner joiner, TimeProvider clock, ILogger<MergeRecovery> logger) : IAsyncDisposable
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    private const int PageSize = 500;

    private readonly CancellationTokenSource stopping = new();
    private Task? running;

    public void Start() => running ??= Task.Run(RunAsync);

    /// <summary>Completes what is pending now; the number of merges seen.</summary>
    public async Task<int> CompleteAsync(CancellationToken cancellationToken)
    {
        var pending = await index.PendingMergesAsync(PageSize, cancellationToken);
        foreach (var merge in pending) await joiner.CompleteAsync(merge.Loser, merge.Survivor);
        return pending.Count;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        if (running is not null) await running;
        stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var seen = await CompleteAsync(stopping.Token);
                if (seen < PageSize) await Task.Delay(Period, clock, stopping.Token);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                NotCompleted(exception);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, CancellationToken.None);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pending merges could not be completed; trying again.")]
    private partial void NotCompleted(Exception exception);
}
