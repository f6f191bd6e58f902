using CdpPipeline.Domain.Events;

namespace CdpPipeline.Grains.Segments;

/// <summary>
/// Gives the instants at which people enter segments: now, and later than any given before, so that each entry is told apart from those before
/// it. Thread-safe. Told of the newest that was stored, it goes on after it; on another node a person's next entry comes later by itself.
/// </summary>
public sealed class EntryInstants
{
    private long last = long.MinValue;

    public DateTimeOffset Next(DateTimeOffset now)
    {
        while (true)
        {
            var known = Volatile.Read(ref last);
            var next = Math.Max(now.ToMicros(), known == long.MinValue ? known : known + 1);
            if (Interlocked.CompareExchange(ref last, next, known) == known) return Instants.FromMicros(next);
        }
    }

    public void StartAfter(DateTimeOffset instant)
    {
        while (Volatile.Read(ref last) is var known && instant.ToMicros() > known)
        {
            if (Interlocked.CompareExchange(ref last, instant.ToMicros(), known) == known) return;
        }
    }
}
