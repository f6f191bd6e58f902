using CdpPipeline.Grains.Interfaces.Ingest;

namespace CdpPipeline.Grains.Ingest;

/// <summary>Bounds the events under way in this node. Beyond the bound callers are turned away at once instead of queued.</summary>
public sealed class IngestGate(int eventsMax)
{
    private int underWay;

    /// <summary>Events admitted and not yet answered.</summary>
    public int UnderWay => Volatile.Read(ref underWay);

    /// <summary>Admits this many events until the result is disposed.</summary>
    /// <exception cref="OverloadedException">Too many are under way.</exception>
    public Admission Enter(int events)
    {
        if (Interlocked.Add(ref underWay, events) <= eventsMax) return new Admission(this, events);
        Interlocked.Add(ref underWay, -events);
        throw new OverloadedException($"More than {eventsMax} events are under way.");
    }

    /// <summary>A place for some events; leaving it frees the place.</summary>
    public readonly struct Admission(IngestGate gate, int events) : IDisposable
    {
        public void Dispose() => Interlocked.Add(ref gate.underWay, -events);
    }
}
