using System.Threading.Channels;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Grains.Identities;

/// <summary>
/// Writes snapshots behind the log, one after the other. Bounded: when it is full a snapshot is dropped, which costs a longer tail at the next
/// load and nothing else.
/// </summary>
public sealed partial class SnapshotQueue(IEventLog log, GrainMetrics metrics, ILogger<SnapshotQueue> logger) : IAsyncDisposable
{
    /// <summary>A component is written again after this many entries.</summary>
    public const int EntriesBetween = 256;

    private readonly Channel<Component> waiting = Channel.CreateBounded<Component>(new BoundedChannelOptions(4_096) { SingleReader = true });
    private Task? writer;

    public void Start() => writer ??= Task.Run(WriteAsync);

    /// <summary>False when the queue is full: try again after the next entries.</summary>
    public bool TryAdd(Component component)
    {
        if (waiting.Writer.TryWrite(component)) return true;
        metrics.SnapshotDropped(isQueueFull: true);
        return false;
    }

    /// <summary>Writes what waits, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        if (writer is not null) await writer;
    }

    private async Task WriteAsync()
    {
        await foreach (var component in waiting.Reader.ReadAllAsync())
        {
            try
            {
                await log.SaveSnapshotAsync(component.Key, component.Seq, SnapshotCodec.Write(component), CancellationToken.None);
                metrics.SnapshotsWritten.Add(1);
            }
            catch (Exception exception)
            {
                NotWritten(exception, component.Key);
                metrics.SnapshotDropped(isQueueFull: false);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The snapshot of component {Key} was not written; its log is read from further back.")]
    private partial void NotWritten(Exception exception, long key);
}
