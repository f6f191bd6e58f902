namespace CdpPipeline.Domain.Events;

/// <summary>Event times are kept as whole microseconds since 1970 (UTC), the finest grain both stores share.</summary>
public static class Instants
{
    public static long ToMicros(this DateTimeOffset instant) => (instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset FromMicros(long micros) => new(DateTimeOffset.UnixEpoch.Ticks + (micros * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    /// <summary>The same instant in UTC, cut to whole microseconds.</summary>
    public static DateTimeOffset Whole(this DateTimeOffset instant) => FromMicros(instant.ToMicros());
}
