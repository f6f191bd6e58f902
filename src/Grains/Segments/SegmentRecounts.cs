using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Grains.Segments;

/// <summary>
/// Has segments count again after a node was fenced, whose last deltas may never come: one after the other, so that the store does not read the rows of all
/// at once, and each once however often it is asked for meanwhile. In memory only: the node that fenced asks, and if it goes too, whoever fences it
/// asks for all again.
/// </summary>
public sealed partial class SegmentRecounts(IGrains grains, TimeProvider clock, ILogger<SegmentRecounts> logger) : IAsyncDisposable
{
    private readonly Lock changing = new();
    private readonly Queue<SegmentId> waiting = [];
    private readonly HashSet<SegmentId> known = [];
    private readonly SemaphoreSlim requested = new(0);
    private bool isForAll;
    private BackgroundLoop? loop;

    public void Start() => (loop ??= new BackgroundLoop(RoundAsync, Interrupted, clock)).Start();

    /// <summary>Asks for all segments there are when their turn comes.</summary>
    public void RequestAll()
    {
        lock (changing) isForAll = true;
        requested.Release();
    }

    public ValueTask DisposeAsync() => loop?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        if (!HasWork()) await requested.WaitAsync(cancellationToken);
        if (TakeForAll()) await AddAllAsync(cancellationToken);
        while (Next() is { } segment)
        {
            await grains.Segment(segment).RecountAsync(cancellationToken);
            Done(segment);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task AddAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var record in await grains.Catalog.ListAsync(cancellationToken))
            {
                lock (changing)
                {
                    if (known.Add(record.ShownSet)) waiting.Enqueue(record.ShownSet);
                }
            }
        }
        catch
        {
            lock (changing) isForAll = true;
            throw;
        }
    }

    private bool HasWork()
    {
        lock (changing) return isForAll || waiting.Count > 0;
    }

    private bool TakeForAll()
    {
        lock (changing)
        {
            var was = isForAll;
            isForAll = false;
            return was;
        }
    }

    private SegmentId? Next()
    {
        // Whoever asks for all again must be heard before those that were done before.
        lock (changing) return !isForAll && waiting.TryPeek(out var next) ? next : null;
    }

    private void Done(SegmentId segment)
    {
        lock (changing)
        {
            waiting.Dequeue();
            known.Remove(segment);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Segments could not be counted again; trying again.")]
    private partial void Interrupted(Exception exception);
}
