using CdpPipeline.Api.Auth;

namespace CdpPipeline.Api.Ingest;

/// <summary>
/// One source's allowance on this node, kept as the instant at which it is whole again (the generic cell rate algorithm, ITU-T I.371): one number, changed
/// without a lock. It may go into debt, which later calls wait for.
/// </summary>
/// <param name="limit">What is allowed.</param>
/// <param name="ticksPerSecond">Of the instants that it is asked with.</param>
internal sealed class TokenBucket(RateLimit limit, long ticksPerSecond)
{
    private readonly double ticksPerEvent = (double)ticksPerSecond / limit.EventsPerSecond;
    private long wholeAt = long.MinValue;

    public RateLimit Limit => limit;

    /// <summary>Takes one event's worth if there is any; else how long until there is.</summary>
    public bool TryTake(long now, out TimeSpan wait)
    {
        for (var seen = Volatile.Read(ref wholeAt); ;)
        {
            var next = Math.Max(seen, now) + ticksPerEvent;
            var missing = next - now - (limit.Burst * ticksPerEvent);

            // A fraction of a tick is nothing that was spent.
            if (missing >= 1)
            {
                wait = TimeSpan.FromSeconds(missing / ticksPerSecond);
                return false;
            }

            var found = Interlocked.CompareExchange(ref wholeAt, (long)next, seen);
            wait = TimeSpan.Zero;
            if (found == seen) return true;
            seen = found;
        }
    }

    /// <summary>Takes so many events' worth, whether they are there or not.</summary>
    public void Take(int events, long now)
    {
        for (var seen = Volatile.Read(ref wholeAt); ;)
        {
            var found = Interlocked.CompareExchange(ref wholeAt, (long)(Math.Max(seen, now) + (events * ticksPerEvent)), seen);
            if (found == seen) return;
            seen = found;
        }
    }
}
