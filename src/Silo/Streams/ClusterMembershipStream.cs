using System.Collections.Concurrent;
using System.Threading.Channels;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace CdpPipeline.Silo.Streams;

/// <summary>
/// Sends this node's membership deltas to the segments' streams: whatever has come in meanwhile goes together, one message for each segment. Bounded:
/// of what finds no room, or can't be sent, the segment is remembered and counts its rows again. A stream may lose what it took, whenever nodes come or
/// go; so a writer's last delta for a segment is told once more a second or two later, by a call that is answered: a segment that has it ignores it, and
/// one that misses anything before it counts again.
/// </summary>
internal sealed partial class ClusterMembershipStream(ILogger<ClusterMembershipStream> logger) : IMembershipStream, IAsyncDisposable
{
    public const string Provider = "membership";
    public const string Namespace = "cdp-membership";

    private const int CommitsMax = 16_384;
    private const int CommitsTogether = 512;

    private const int ConfirmedAtOnce = 16;

    private static readonly TimeSpan LookAfter = TimeSpan.FromSeconds(1);

    private readonly Channel<IReadOnlyList<MembershipDelta>> waiting = Channel.CreateBounded<IReadOnlyList<MembershipDelta>>(
        new BoundedChannelOptions(CommitsMax) { SingleReader = true });

    private readonly ConcurrentDictionary<SegmentId, bool> dropped = new();

    // The last of each writer and segment: sent since the last look, and before it.
    private Dictionary<(SegmentId Segment, int Writer), MembershipDelta> fresh = [];
    private Dictionary<(SegmentId Segment, int Writer), MembershipDelta> ripe = [];
    private Task? pump;
    private long publishedDeltas;
    private long droppedDeltas;

    /// <summary>Deltas that commits have handed over since the start, those dropped included.</summary>
    public long PublishedDeltas => Interlocked.Read(ref publishedDeltas);

    /// <summary>Deltas that found no room or could not be sent.</summary>
    public long DroppedDeltas => Interlocked.Read(ref droppedDeltas);

    /// <summary>Begins to send; until then what is published waits.</summary>
    public void Start(IStreamProvider streams, Func<SegmentId, ISegmentGrain> segments) => pump ??= Task.Run(() => PumpAsync(streams, segments));

    public void Publish(IReadOnlyList<MembershipDelta> deltas)
    {
        Interlocked.Add(ref publishedDeltas, deltas.Count);
        if (waiting.Writer.TryWrite(deltas)) return;
        foreach (var delta in deltas) Drop(delta.Segment, 1);
    }

    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        if (pump is not null) await pump;
    }

    private async Task PumpAsync(IStreamProvider streams, Func<SegmentId, ISegmentGrain> segments)
    {
        var batches = new Dictionary<SegmentId, List<MembershipDelta>>();
        var lookedAt = TimeProvider.System.GetTimestamp();
        while (await WaitAsync())
        {
            for (var commits = 0; commits < CommitsTogether && waiting.Reader.TryRead(out var deltas); commits++) Sort(deltas, batches);

            // All are sent before the next are: a segment must hear of a writer's commits in their order.
            await Task.WhenAll(batches.Select(batch => SendAsync(streams, batch.Key, batch.Value)));
            batches.Clear();
            if (TimeProvider.System.GetElapsedTime(lookedAt) < LookAfter) continue;
            await ConfirmAsync(segments);
            if (!dropped.IsEmpty) await RecountAsync(segments);
            lookedAt = TimeProvider.System.GetTimestamp();
        }
    }

    /// <summary>False once nothing more will come. Whoever is to count again, or to be told once more, does not wait for the next commit.</summary>
    private async Task<bool> WaitAsync()
    {
        var more = waiting.Reader.WaitToReadAsync().AsTask();
        if ((!dropped.IsEmpty || fresh.Count + ripe.Count > 0) && await Task.WhenAny(more, Task.Delay(LookAfter)) != more) return true;
        return await more;
    }

    private async Task ConfirmAsync(Func<SegmentId, ISegmentGrain> segments)
    {
        await Parallel.ForEachAsync(ripe.Values, new ParallelOptions { MaxDegreeOfParallelism = ConfirmedAtOnce }, async (delta, _) =>
        {
            try
            {
                await segments(delta.Segment).ApplyAsync(delta, CancellationToken.None);
            }
            catch (Exception exception)
            {
                NotSent(exception, delta.Segment.Value);
                dropped[delta.Segment] = true;
            }
        });
        (ripe, fresh) = (fresh, []);
    }

    private void Sort(IReadOnlyList<MembershipDelta> deltas, Dictionary<SegmentId, List<MembershipDelta>> batches)
    {
        foreach (var delta in deltas)
        {
            if (!batches.TryGetValue(delta.Segment, out var batch)) batches.Add(delta.Segment, batch = []);
            batch.Add(delta);
            fresh[(delta.Segment, delta.Writer)] = delta;
        }
    }

    private async Task SendAsync(IStreamProvider streams, SegmentId segment, List<MembershipDelta> batch)
    {
        try
        {
            await streams.GetStream<MembershipBatch>(StreamId.Create(Namespace, segment.Value)).OnNextAsync(new MembershipBatch(batch));
        }
        catch (Exception exception)
        {
            NotSent(exception, segment.Value);
            Drop(segment, batch.Count);
        }
    }

    private async Task RecountAsync(Func<SegmentId, ISegmentGrain> segments)
    {
        foreach (var segment in dropped.Keys)
        {
            // Forgotten first: what is dropped from now on is remembered anew.
            if (!dropped.TryRemove(segment, out _)) continue;
            try
            {
                await segments(segment).RecountAsync(CancellationToken.None);
            }
            catch (Exception exception)
            {
                NotSent(exception, segment.Value);
                dropped.TryAdd(segment, true);
            }
        }
    }

    private void Drop(SegmentId segment, int deltas)
    {
        Interlocked.Add(ref droppedDeltas, deltas);
        dropped[segment] = true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Segment {Segment} could not be told of changes; it is counted again.")]
    private partial void NotSent(Exception exception, Guid segment);
}
