using CdpPipeline.Domain.Events;

namespace CdpPipeline.Domain.Segments;

/// <summary>Instants in microseconds, with one that never comes.</summary>
internal static class FlipTime
{
    public const long Never = long.MaxValue;

    // Beyond the last instant a clock can show nothing flips any more.
    private static readonly long Last = DateTimeOffset.MaxValue.ToMicros();

    public static DateTimeOffset? ToInstant(long micros) => micros > Last ? null : Instants.FromMicros(micros);

    public static long Micros(this TimeSpan duration) => duration.Ticks / TimeSpan.TicksPerMicrosecond;
}
