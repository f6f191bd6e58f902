using System.Globalization;
using System.Text;
using System.Threading.Channels;
using CdpPipeline.Api.Auth;

namespace CdpPipeline.Api.Feed;

/// <summary>One reader of the feed: what it wants to see, and what waits for it. Many may send at once, one reads.</summary>
internal sealed class FeedWatcher(string? source, FeedOutcome outcomes, int framesMax)
{
    private readonly Channel<byte[]> frames = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(framesMax) { SingleReader = true });
    private long dropped;
    private long droppedTold;

    public ChannelReader<byte[]> Frames => frames.Reader;

    public bool Wants(Source from, FeedOutcome outcome) => outcomes.HasFlag(outcome) && (source is null || source == from.Id || source == from.Name);

    /// <summary>False when there was no room: the frame is dropped, and counted.</summary>
    public bool Send(byte[] frame)
    {
        if (frames.Writer.TryWrite(frame)) return true;
        Interlocked.Increment(ref dropped);
        return false;
    }

    /// <summary>How many were dropped since this was last asked, and in all, as a message; null when none were.</summary>
    public byte[]? TakeDropped()
    {
        var total = Interlocked.Read(ref dropped);
        var since = total - droppedTold;
        droppedTold = total;
        return since == 0 ? null : Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"event: dropped\ndata: {{\"count\":{since},\"total\":{total}}}\n\n"));
    }
}
