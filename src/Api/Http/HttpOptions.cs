namespace CdpPipeline.Api.Http;

/// <summary>How long the program waits for whom, section <c>Cdp:Http</c>. Validated at start.</summary>
public sealed class HttpOptions
{
    public const string Section = "Cdp:Http";

    /// <summary>How long a request's line and headers may take to arrive. Default: 15 s.</summary>
    public TimeSpan HeadersWithin { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection may be silent between requests. Default: 130 s.</summary>
    public TimeSpan SilentWithin { get; set; } = TimeSpan.FromSeconds(130);

    /// <summary>Slowest rate at which a body may arrive, and an answer may be taken, in bytes a second. Default: 240.</summary>
    public int BytesPerSecondMin { get; set; } = 240;

    /// <summary>How long either may be slower than that, more than 1 s. Default: 5 s.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Most connections at a time; those beyond are closed at once. Default: 20,000.</summary>
    public int ConnectionsMax { get; set; } = 20_000;

    /// <summary>
    /// How long calls under way may take to their end once the program was told to stop; then they are broken off. Longer than a call to another node may
    /// take (<c>Cdp:Cluster:CallTimeout</c>), and a quarter of a minute shorter than whoever stops the program waits before it kills it. Default: 45 s.
    /// </summary>
    public TimeSpan StopWithin { get; set; } = TimeSpan.FromSeconds(45);
}
