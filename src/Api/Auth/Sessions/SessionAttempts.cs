using System.Diagnostics.Metrics;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Ingest;
using CdpPipeline.Grains;

namespace CdpPipeline.Api.Auth.Sessions;

/// <summary>
/// Bounds how many wrong keys may be tried for a session at this node: <see cref="AtOnceMax"/> after a pause, then one a second. Beyond, nobody opens one
/// until there is room again; sessions that are open, and keys in headers, are not concerned. Safe for concurrent use.
/// </summary>
internal sealed class SessionAttempts
{
    public const int AtOnceMax = 30;

    private const int PerSecond = 1;

    private readonly TimeProvider clock;
    private readonly TokenBucket bucket;
    private readonly Counter<long> limited;

    public SessionAttempts(IMeterFactory meters, TimeProvider clock)
    {
        this.clock = clock;
        bucket = new TokenBucket(new RateLimit(PerSecond, AtOnceMax), clock.TimestampFrequency);
        limited = meters.Create(GrainMetrics.MeterName).CreateCounter<long>(
            "cdp.session.attempts.limited", "{attempt}", "Calls to open a session that were turned away, because too many had brought a wrong key.");
    }

    /// <summary>Why no key is looked at now; null when one may be. Counts as a failure until <see cref="Succeed"/>, so that many at once are bounded too.</summary>
    public Problem? Begin()
    {
        if (bucket.TryTake(clock.GetTimestamp(), out var wait)) return null;
        limited.Add(1);
        return Problems.TooManyAttempts(wait);
    }

    /// <summary>The key of an attempt was good.</summary>
    public void Succeed() => bucket.Take(-1, clock.GetTimestamp());
}
