namespace CdpPipeline.Grains.Retention;

/// <summary>Knows for how long the events of each source are kept. Safe for concurrent use, and cheap: it is asked once a second.</summary>
public interface IRetentionPeriods
{
    /// <summary>The sources whose events are not kept for ever, each once, in ordinal order of their names.</summary>
    IReadOnlyList<SourceRetention> Current { get; }
}
