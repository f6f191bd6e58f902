namespace CdpPipeline.Api.Feed;

/// <summary>Bounds of the event debugger. Section <c>Cdp:Feed</c>.</summary>
public sealed class FeedOptions
{
    public const string Section = "Cdp:Feed";

    /// <summary>Watchers at the same time at this node; one more is answered 503. Default: 16.</summary>
    public int WatchersMax { get; set; } = 16;

    /// <summary>Events that may wait for one watcher, at each node; what finds no room is dropped, and the watcher is told how many. Default: 256.</summary>
    public int WaitingMax { get; set; } = 256;

    /// <summary>Largest event whose properties and context are shown, in bytes of both together. Default: 16,384.</summary>
    public int ShownBytesMax { get; set; } = 16 * 1024;

    /// <summary>How often a comment is sent, so that nobody takes a quiet connection for a dead one. Default: 15 s.</summary>
    public TimeSpan HeartbeatPeriod { get; set; } = TimeSpan.FromSeconds(15);
}
