namespace CdpPipeline.Grains.Retention;

/// <summary>For how many days after their arrival the events that carry this source's name are kept.</summary>
public sealed record SourceRetention(string Source, int Days)
{
    /// <summary>Longest time: ten years.</summary>
    public const int DaysMax = 3_650;
}
