using System.Threading.Channels;
using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Storage.GroupCommit;

/// <summary>Saves snapshots behind the log: whatever waits goes in one transaction, the newest of each component only.</summary>
internal sealed class SnapshotQueue : IAsyncDisposable
{
    private const int BatchSnapshotsMax = 1_000;
    private const int BatchBytesMax = 16 << 20;

    private readonly Channel<PendingSnapshot> queue;
    private readonly Func<IReadOnlyCollection<PendingSnapshot>, Task> save;
    private readonly ILogger logger;
    private readonly Task loop;

    public SnapshotQueue(int waitingMax, Func<IReadOnlyCollection<PendingSnapshot>, Task> save, ILogger logger)
    {
        this.save = save;
        this.logger = logger;
        queue = Channel.CreateBounded<PendingSnapshot>(new BoundedChannelOptions(waitingMax) { SingleReader = true });
        loop = Task.Run(RunAsync);
    }

    public async Task SaveAsync(long key, long seq, ReadOnlyMemory<byte> snapshot, CancellationToken cancellationToken)
    {
        var pending = new PendingSnapshot(key, seq, snapshot);
        try
        {
            await queue.Writer.WriteAsync(pending, cancellationToken);
        }
        catch (ChannelClosedException exception)
        {
            throw new StoreUnavailableException("The store is closed.", exception);
        }

        await pending.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await loop;
    }

    private async Task RunAsync()
    {
        var all = new List<PendingSnapshot>();
        var newest = new Dictionary<long, PendingSnapshot>();
        while (await queue.Reader.WaitToReadAsync())
        {
            for (var bytes = 0; all.Count < BatchSnapshotsMax && bytes < BatchBytesMax && queue.Reader.TryRead(out var pending); bytes += pending.Snapshot.Length)
            {
                all.Add(pending);
                if (!newest.TryGetValue(pending.Key, out var other) || other.Seq < pending.Seq) newest[pending.Key] = pending;
            }

            try
            {
                await save(newest.Values);
                foreach (var pending in all) pending.TrySetResult();
            }
            catch (Exception exception)
            {
                logger.SnapshotsLost(all.Count, exception);
                foreach (var pending in all) pending.TrySetException(exception);
            }

            all.Clear();
            newest.Clear();
        }
    }
}
