using System.Threading.Channels;
using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Storage.GroupCommit;

/// <summary>
/// The bounded queue in front of a store's writers, one loop per writer. Cancelling a caller's token stops its waiting only: what was
/// queued may still be committed, so such a caller knows as little as after <see cref="StoreUnavailableException"/>.
/// </summary>
internal sealed class GroupCommitQueue : IAsyncDisposable
{
    private readonly Channel<PendingAppend> queue;
    private readonly GroupCommitOptions options;
    private readonly StoreMetrics metrics;
    private readonly TimeProvider clock;
    private readonly IReadOnlyList<IGroupWriter> writers;
    private readonly Task loops;
    private readonly NodeFence fence;
    private readonly CancellationTokenSource stopping;

    public GroupCommitQueue(IReadOnlyList<IGroupWriter> writers, NodeFence fence, GroupCommitOptions options, StoreMetrics metrics, TimeProvider clock, ILogger logger)
    {
        this.fence = fence;
        stopping = CancellationTokenSource.CreateLinkedTokenSource(fence.Token);
        this.writers = writers;
        this.options = options;
        this.metrics = metrics;
        this.clock = clock;
        queue = Channel.CreateBounded<PendingAppend>(new BoundedChannelOptions(options.AppendsWaitingMax) { SingleReader = writers.Count == 1 });
        metrics.Observe(() => queue.Reader.Count);
        var token = stopping.Token;
        loops = Task.WhenAll(writers.Select(writer =>
            Task.Run(new GroupCommitLoop(queue.Reader, writer, options, metrics, clock, logger, token).RunAsync, CancellationToken.None)));
    }

    public Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken)
    {
        fence.ThrowIfFenced();
        var pending = new PendingAppend(append, clock.GetTimestamp());
        if (!queue.Writer.TryWrite(pending)) return WaitForRoomAsync(pending, cancellationToken);
        return cancellationToken.CanBeCanceled ? pending.Task.WaitAsync(cancellationToken) : pending.Task;
    }

    /// <summary>Writes what is queued, then ends. While the store is away, what is queued fails at once.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await stopping.CancelAsync();
        await loops;
        foreach (var writer in writers) await writer.DisposeAsync();
        stopping.Dispose();
    }

    private async Task<AppendResult> WaitForRoomAsync(PendingAppend pending, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.OutageWaitMax, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await queue.Writer.WriteAsync(pending, either.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            metrics.GaveUp(1);
            throw new StoreUnavailableException("The queue to the store stayed full.", exception);
        }
        catch (ChannelClosedException exception)
        {
            throw new StoreUnavailableException("The store is closed.", exception);
        }

        return await pending.Task.WaitAsync(cancellationToken);
    }
}
