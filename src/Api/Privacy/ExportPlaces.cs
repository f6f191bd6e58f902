using CdpPipeline.Grains.Interfaces.Ingest;

namespace CdpPipeline.Api.Privacy;

/// <summary>Bounds how many exports are written at the same time at this node, since each reads all that is held about somebody. Safe for concurrent use.</summary>
internal sealed class ExportPlaces
{
    public const int AtOnceMax = 4;

    private int taken;

    /// <summary>A place, until it is disposed of once. Throws <see cref="OverloadedException"/> when there is none.</summary>
    public IDisposable Enter()
    {
        if (Interlocked.Increment(ref taken) <= AtOnceMax) return new Place(this);
        Interlocked.Decrement(ref taken);
        throw new OverloadedException($"{AtOnceMax} exports are under way.");
    }

    private sealed class Place(ExportPlaces places) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref places.taken);
    }
}
