using System.Diagnostics;

namespace CdpPipeline.Grains.Interfaces;

/// <summary>
/// Where all spans of a trace come from. A span says how many and how it ended, and never who or what: no identifier, trait, property, name of an event, key,
/// path or query. While nobody listens, starting one is a look at a field and gives null.
/// </summary>
public static class Spans
{
    /// <summary>What the source is called where it is listened to.</summary>
    public const string SourceName = "CdpPipeline";

    /// <summary>The events of one call, from when they were read until all are durable.</summary>
    public const string Ingest = "ingest";

    /// <summary>A person's turn writes: from what it decided until that is durable.</summary>
    public const string Append = "append";

    /// <summary>One transaction of the group commit.</summary>
    public const string Commit = "commit";

    /// <summary>A page of people judged by new definitions.</summary>
    public const string BackfillPage = "backfill.page";

    /// <summary>A page of people looked at for events that were kept long enough.</summary>
    public const string RetentionPage = "retention.page";

    /// <summary>Shared by all hosts of a process.</summary>
    public static ActivitySource Source { get; } = new(SourceName);
}
