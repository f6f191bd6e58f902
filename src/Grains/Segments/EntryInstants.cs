using CdpPipeline.Domain.Events;

namespace CdpPipeline.Grains.Segments;

/// <summary>
/// Gives the instants at which people enter segments: later than any given before by this process, to whomever, so that nobody finds an instant of
/// her own among those of somebody she was one with for a while. Thread-safe. Told of the newest that was stored, it goes on after it. That a person's
/// own entries ascend, in whatever process, her log sees to (<see cref="Domain.Profiles.Person.NextEntry"/>).
/// </summary>
public sealed class EntryInstants
{
    private long last = long.MinValue;

    /// <summary>At least this instant.</summary>
    public DateTimeOffset Next(DateTimeOffset earliest)
    {
        while (true)
        {
            var known = Volatile.Read(ref last);
            var next = Math.Max(earliest.ToMicros(), known == long.MinValue ? known : known + 1);
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
