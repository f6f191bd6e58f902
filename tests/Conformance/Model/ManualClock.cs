using CdpPipeline.Domain.Events;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>A clock that shows what it is told, while waiting on it takes real time: nobody has to wind it for a retry to go on.</summary>
internal sealed class ManualClock : TimeProvider
{
    private long micros = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToMicros();

    public DateTimeOffset Now => Instants.FromMicros(Volatile.Read(ref micros));

    public override long TimestampFrequency => 1_000_000;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => Volatile.Read(ref micros);

    public void Advance(TimeSpan by) => Interlocked.Add(ref micros, by.Ticks / TimeSpan.TicksPerMicrosecond);
}
