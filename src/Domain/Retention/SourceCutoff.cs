namespace CdpPipeline.Domain.Retention;

/// <summary>Events under this source's name that arrived before the instant have been kept for as long as they may be.</summary>
public sealed record SourceCutoff(string Source, DateTimeOffset Before);
