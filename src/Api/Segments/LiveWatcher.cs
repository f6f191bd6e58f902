using System.Threading.Channels;

namespace CdpPipeline.Api.Segments;

/// <summary>One reader of the live counts. What it has not read yet is bounded; one that reads too slowly is let go.</summary>
internal sealed class LiveWatcher
{
    private readonly Channel<byte[]> frames;

    public LiveWatcher(int framesMax) =>
        frames = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(framesMax) { SingleReader = true, SingleWriter = true });

    /// <summary>It has not been told every count yet.</summary>
    public bool IsNew { get; set; } = true;

    public bool IsGone { get; private set; }

    public void Send(byte[] frame)
    {
        if (!frames.Writer.TryWrite(frame)) Leave();
    }

    /// <summary>No more is sent; what is on its way still arrives.</summary>
    public void Leave()
    {
        IsGone = true;
        frames.Writer.TryComplete();
    }

    public IAsyncEnumerable<byte[]> ReadAsync(CancellationToken cancellationToken) => frames.Reader.ReadAllAsync(cancellationToken);
}
