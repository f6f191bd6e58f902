using System.Globalization;
using System.Text;
using System.Threading.Channels;
using CdpPipeline.Api.Auth;

namespace CdpPipeline.Api.Feed;

/// <summary>One reader of the feed: what it wants to see, and what waits for it. Many may send at once, one reads.</summary>
internal sealed class FeedWatcher(string? source, FeedOutcome outcomes, int framesMax, bool isGuest)
{
    private readonly Channel<byte[]> frames = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(framesMax) { SingleReader = true });
    private long dropped;
    private long droppedTold;

    public ChannelReader<byte[]> Frames => frames.Reader;

    /// <summary>The id or name of the only source that it wants to see; null for all.</summary>
    public string? Source => source;

    public FeedOutcome Outcomes => outcomes;

    /// <summary>Whether it stands for somebody who watches at another node.</summary>
    public bool IsGuest => isGuest;

    public bool Wants(Source from, FeedOutcome outcome) => outcomes.HasFlag(outcome) && (source is null || source == from.Id || source == from.Name);

    /// <summary>False when there was no room: the frame is dropped, and counted.</summary>
    public bool Send(byte[] frame)
    {
        if (frames.Writer.TryWrite(frame)) return true;
        Miss(1);
        return false;
    }

    /// <summary>So many were dropped on their way to it.</summary>
    public void Miss(long count) => Interlocked.Add(ref dropped, count);

    /// <summary>How many were dropped since this was last asked.</summary>
    public long TakeMissed()
    {
        var total = Interlocked.Read(ref dropped);
        var since = total - droppedTold;
        droppedTold = total;
        return since;
    }

    /// <summary>How many were dropped since this was last asked, and in all, as a message; null when none were.</summary>
    public byte[]? TakeDropped()
    {
        var since = TakeMissed();
        return since == 0 ? null : Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"event: dropped\ndata: {{\"count\":{since},\"total\":{droppedTold}}}\n\n"));
    }
}
