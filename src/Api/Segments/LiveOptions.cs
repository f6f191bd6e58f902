namespace CdpPipeline.Api.Segments;

/// <summary>Bounds of the live counts. Section <c>Cdp:Live</c>.</summary>
public sealed class LiveOptions
{
    public const string Section = "Cdp:Live";

    /// <summary>Watchers at the same time; one more is answered 503. Default: 256.</summary>
    public int WatchersMax { get; set; } = 256;

    /// <summary>Messages that may wait for one watcher; a slower one is let go and connects again. Default: 64.</summary>
    public int WaitingMax { get; set; } = 64;

    /// <summary>The least time between two messages about a segment. Default: 100 ms.</summary>
    public TimeSpan Period { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often a comment is sent, so that nobody takes a quiet connection for a dead one. Default: 15 s.</summary>
    public TimeSpan HeartbeatPeriod { get; set; } = TimeSpan.FromSeconds(15);
}
