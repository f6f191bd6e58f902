namespace CdpPipeline.Api.Auth;

/// <summary>How many events a source may send: so many a second for as long as it likes, and so many at once after a pause. Both at least 1.</summary>
public sealed record RateLimit(int EventsPerSecond, int Burst)
{
    /// <summary>The largest of either.</summary>
    public const int Max = 1_000_000;
}
