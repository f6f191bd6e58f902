using CdpPipeline.Grains.Interfaces.Ingest;

namespace CdpPipeline.Grains.Ingest;

/// <summary>
/// Bounds the events under way in this node, so that those admitted are answered in time. Beyond the bound callers are turned away at once instead of
/// queued. The bound follows the time that events take: while that stays above <paramref name="delayMax"/> on average it falls (additive increase,
/// multiplicative decrease), and it rises while callers are turned away although there is time. Safe for concurrent use.
/// </summary>
/// <param name="eventsMax">The bound is never higher.</param>
/// <param name="delayMax">How long events may take on average, from their admission until they are durable.</param>
/// <param name="clock">Measures that.</param>
public sealed class IngestGate(int eventsMax, TimeSpan delayMax, TimeProvider clock)
{
    /// <summary>The bound never falls below this, so that a store which is away for a while finds work when it is back.</summary>
    public const int EventsMin = 2_000;

    private const int EventsAtFirst = 10_000;

    // One slow window is a store that paused, which is no overload.
    private const int SlowWindows = 3;

    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);

    private int limit = Math.Min(EventsAtFirst, eventsMax);
    private int underWay;
    private int isTurningAway;
    private long windowStart = clock.GetTimestamp();
    private long windowTicks;
    private int windowCalls;
    private int slowWindows;

    /// <summary>Events admitted and not yet answered.</summary>
    public int UnderWay => Volatile.Read(ref underWay);

    /// <summary>How many may be, at this moment; a batch that begins below it is taken whole.</summary>
    public int Limit => Volatile.Read(ref limit);

    /// <summary>Nothing would be admitted now: who knows that early need not read what it brings.</summary>
    public bool IsFull
    {
        get
        {
            if (UnderWay < Limit) return false;
            Volatile.Write(ref isTurningAway, 1);
            return true;
        }
    }

    /// <summary>Admits this many events until the result is disposed.</summary>
    /// <exception cref="OverloadedException">Too many are under way.</exception>
    public Admission Enter(int events)
    {
        if (Interlocked.Add(ref underWay, events) - events < Limit) return new Admission(this, events, clock.GetTimestamp());
        Interlocked.Add(ref underWay, -events);
        Volatile.Write(ref isTurningAway, 1);
        throw new OverloadedException("As many events are under way as can be answered in time.");
    }

    private void Leave(int events, long enteredAt)
    {
        Interlocked.Add(ref underWay, -events);
        var now = clock.GetTimestamp();
        Interlocked.Add(ref windowTicks, clock.GetElapsedTime(enteredAt, now).Ticks);
        Interlocked.Increment(ref windowCalls);
        var start = Volatile.Read(ref windowStart);
        if (clock.GetElapsedTime(start, now) >= Window && Interlocked.CompareExchange(ref windowStart, now, start) == start) Adjust();
    }

    private void Adjust()
    {
        var calls = Math.Max(1, Interlocked.Exchange(ref windowCalls, 0));
        var mean = Interlocked.Exchange(ref windowTicks, 0) / calls;
        var wasFull = Interlocked.Exchange(ref isTurningAway, 0) == 1;
        var (bound, lowest) = (Limit, Math.Min(EventsMin, eventsMax));
        if (mean <= delayMax.Ticks)
        {
            slowWindows = 0;
            if (wasFull) Volatile.Write(ref limit, Math.Min(eventsMax, bound + (bound / 8) + 1));
        }
        else if (++slowWindows >= SlowWindows)
        {
            Volatile.Write(ref limit, Math.Max(lowest, (int)(bound * Math.Max(0.5, (double)delayMax.Ticks / mean))));
        }
    }

    /// <summary>A place for some events; leaving it frees the place.</summary>
    public readonly struct Admission(IngestGate gate, int events, long enteredAt) : IDisposable
    {
        public void Dispose() => gate.Leave(events, enteredAt);
    }
}
