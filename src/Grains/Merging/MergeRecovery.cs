using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Bulk;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Grains.Merging;

/// <summary>
/// Completes merges that a crash left between their two steps: at the start, and, on the node with the first share, now and then for what another node left. One that fails is tried
/// again with growing pauses and holds up no other.
/// </summary>
public sealed partial class MergeRecovery(IIdentityIndex index, Joiner joiner, INodeShare share, GrainMetrics metrics, TimeProvider clock, ILogger<MergeRecovery> logger) : IAsyncDisposable
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    private const int PageSize = 500;

    private readonly Stragglers<IdentityId> stragglers = new(clock);
    private BackgroundLoop? loop;

    public void Start() => (loop ??= new BackgroundLoop(RoundAsync, NotCompleted, clock)).Start();

    /// <summary>Completes what is pending now; the number of merges seen.</summary>
    public async Task<int> CompleteAsync(CancellationToken cancellationToken)
    {
        // Those that rest come first in key order and must not hide the others.
        var resting = stragglers.Count;
        var pending = await index.PendingMergesAsync(PageSize + resting, cancellationToken);
        stragglers.Keep(pending.Select(merge => merge.Loser));
        foreach (var merge in pending)
        {
            if (stragglers.IsResting(merge.Loser)) continue;
            try
            {
                if (await joiner.CompleteAsync(merge.Loser, merge.Survivor)) metrics.MergesRepaired.Add(1);
                stragglers.Remove(merge.Loser);
            }
            catch (Exception exception)
            {
                OneNotCompleted(exception, merge.Loser.Value, stragglers.Add(merge.Loser));
            }
        }

        return pending.Count - resting;
    }

    public ValueTask DisposeAsync() => loop?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        // Two that complete the same merge do no harm, but one is enough.
        if (share.Current.Number != 0 || await CompleteAsync(cancellationToken) < PageSize) await Task.Delay(Period, clock, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The merge of identity {Id} could not be completed; trying again in {Pause}.")]
    private partial void OneNotCompleted(Exception exception, Guid id, TimeSpan pause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pending merges could not be completed; trying again.")]
    private partial void NotCompleted(Exception exception);
}
