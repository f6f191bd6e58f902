namespace CdpPipeline.Demo.Tests;

/// <summary>A clock that shows what it is set to, while waiting on it takes real time.</summary>
internal sealed class SettableClock(DateTimeOffset start) : TimeProvider
{
    private long ticks = start.UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref ticks), TimeSpan.Zero);

    public void Set(DateTimeOffset now) => Volatile.Write(ref ticks, now.UtcTicks);
}
