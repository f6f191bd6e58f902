using System.Collections.Concurrent;
using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Errors;

namespace CdpPipeline.Api.Ingest;

/// <summary>
/// Holds sources to their rate limits, on this node alone: several nodes allow so many times as much. A call is let in or turned away as a whole, before
/// its events are looked at; what it turns out to bring is charged then, so that a large batch is paid for by the calls after it. Sources without a limit
/// cost nothing.
/// </summary>
internal sealed class SourceLimits(TimeProvider clock, IngestMetrics metrics)
{
    private readonly ConcurrentDictionary<string, TokenBucket> buckets = new(StringComparer.Ordinal);

    /// <summary>Why the source may send nothing now; null when it may.</summary>
    public Problem? Check(Source source)
    {
        if (source.RateLimit is not { } limit || BucketOf(source.Id, limit).TryTake(clock.GetTimestamp(), out var wait)) return null;
        metrics.Limited(source);
        return Problems.RateLimited(wait);
    }

    /// <summary>A call that was let in brought so many events.</summary>
    public void Charge(Source source, int events)
    {
        if (source.RateLimit is { } limit && events > 1) BucketOf(source.Id, limit).Take(events - 1, clock.GetTimestamp());
    }

    // A changed limit begins with a whole bucket.
    private TokenBucket BucketOf(string id, RateLimit limit)
    {
        if (buckets.TryGetValue(id, out var bucket) && bucket.Limit == limit) return bucket;
        return buckets.AddOrUpdate(id, _ => new TokenBucket(limit, clock.TimestampFrequency), (_, known) => known.Limit == limit ? known : new TokenBucket(limit, clock.TimestampFrequency));
    }
}
