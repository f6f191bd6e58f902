namespace CdpPipeline.Domain.Segments;

/// <summary>A condition on a least or a greatest value, said by counts; unlike a tree it names the exact instant of its next flip.</summary>
internal sealed class CompiledExtreme(CompiledNode counts) : CompiledNode
{
    public override EventTrend Trend => counts.Trend;

    public override bool? TryHolds(in Moment moment) => counts.TryHolds(moment);

    public override bool Holds(in Moment moment, out long flip)
    {
        var holds = counts.Holds(moment, out flip);
        while (flip != FlipTime.Never)
        {
            var then = counts.Holds(moment with { Now = flip }, out var next);
            if (then != holds) break;
            flip = next;
        }

        return holds;
    }
}
