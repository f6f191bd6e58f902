namespace CdpPipeline.Grains.Segments;

/// <summary>How long transitions are kept. Section <c>Cdp:Transitions</c>.</summary>
public sealed class TransitionOptions
{
    /// <summary>Older ones are removed. Default: 7 days.</summary>
    public TimeSpan KeptFor { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Of each segment so many of the newest are kept. Default: 10,000.</summary>
    public int PerSegmentMax { get; set; } = 10_000;
}
