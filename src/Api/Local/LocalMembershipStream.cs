using System.Collections.Concurrent;
using System.Threading.Channels;
using CdpPipeline.Api.Segments;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Api.Local;

/// <summary>
/// Carries membership deltas to the segment grains of this process. Bounded: what does not fit is dropped, and the segments concerned
/// count again.
/// </summary>
internal sealed partial class LocalMembershipStream(ChangedSegments changed, ILogger<LocalMembershipStream> logger) : IMembershipStream, IAsyncDisposable
{
    private const int CommitsMax = 16_384;

    private readonly Channel<IReadOnlyList<MembershipDelta>> waiting = Channel.CreateBounded<IReadOnlyList<MembershipDelta>>(
        new BoundedChannelOptions(CommitsMax) { SingleReader = true });

    private readonly ConcurrentDictionary<SegmentId, MembershipDelta> dropped = new();
    private Task? pump;
    private long publishedDeltas;
    private long droppedDeltas;

    /// <summary>Deltas that commits have handed over since the start, those dropped included.</summary>
    public long PublishedDeltas => Interlocked.Read(ref publishedDeltas);

    /// <summary>Deltas that found no room.</summary>
    public long DroppedDeltas => Interlocked.Read(ref droppedDeltas);

    public void Start(IGrains grains) => pump ??= Task.Run(() => PumpAsync(grains));

    public void Publish(IReadOnlyList<MembershipDelta> deltas)
    {
        Interlocked.Add(ref publishedDeltas, deltas.Count);
        if (waiting.Writer.TryWrite(deltas)) return;
        Interlocked.Add(ref droppedDeltas, deltas.Count);
        foreach (var delta in deltas) dropped[delta.Segment] = delta;
    }

    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        if (pump is not null) await pump;
    }

    private async Task PumpAsync(IGrains grains)
    {
        await foreach (var deltas in waiting.Reader.ReadAllAsync())
        {
            foreach (var delta in deltas) await ApplyAsync(grains, delta);
            if (!dropped.IsEmpty && waiting.Reader.Count == 0) await RecountAsync(grains);
        }
    }

    private async Task RecountAsync(IGrains grains)
    {
        foreach (var segment in dropped.Keys.ToList())
        {
            // A gap that nothing can fill makes the segment count again.
            if (dropped.TryRemove(segment, out var delta)) await ApplyAsync(grains, delta with { Commit = long.MaxValue, Previous = long.MaxValue });
        }
    }

    private async Task ApplyAsync(IGrains grains, MembershipDelta delta)
    {
        try
        {
            await grains.Segment(delta.Segment).ApplyAsync(delta, CancellationToken.None);
            changed.Note(delta.Segment);
        }
        catch (Exception exception)
        {
            // The segment forgot its count when reading failed, and counts again when next asked.
            NotApplied(exception, delta.Segment.Value);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The count of segment {Segment} could not be kept up to date; it is counted again.")]
    private partial void NotApplied(Exception exception, Guid segment);
}
