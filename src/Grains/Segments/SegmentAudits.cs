using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Grains.Segments;

/// <summary>Audits of segments while memberships go on changing.</summary>
public static class SegmentAudits
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Asks until the counter equals the rows of the same commits, five seconds at most: the last commits may not have been told yet. What still differs then
    /// has really gone wrong.
    /// </summary>
    public static async Task<SegmentAudit> SettledAsync(ISegmentGrain segment, TimeProvider clock, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            var audit = await segment.AuditAsync(cancellationToken);
            if (audit.IsEqual || clock.GetElapsedTime(began) >= OpenAudit.Patience) return audit;
            await Task.Delay(Pause, clock, cancellationToken);
        }
    }
}
