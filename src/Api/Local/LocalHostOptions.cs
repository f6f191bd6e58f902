using CdpPipeline.Api.Hosting;

namespace CdpPipeline.Api.Local;

/// <summary>Bounds of the embedded host. Section <c>Cdp:Local</c>.</summary>
internal sealed class LocalHostOptions
{
    /// <summary>People kept in memory; the longest unused beyond leave it. Default: 200,000.</summary>
    public int ActiveIdentitiesMax { get; set; } = 200_000;

    /// <summary>How long an unused person stays in memory. Default: 30 minutes.</summary>
    public TimeSpan IdentityIdleFor { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Events in the timelines of profiles kept in memory, over all people; about 1 KB each. Default: 100,000.</summary>
    public int TimelineEventsMax { get; set; } = 100_000;

    /// <summary>
    /// Fingerprints of old messageIds kept in memory, over all people with more than 1,024 of them; about 13 bytes each. Somebody with more than
    /// all of this is looked up in the store at each call. Default: 4,000,000.
    /// </summary>
    public int MessageFingerprintsMax { get; set; } = 4_000_000;

    /// <summary>Alias grains kept in memory. Default: 50,000.</summary>
    public int ActiveAliasesMax { get; set; } = 50_000;

    /// <summary>How long an unused alias grain stays in memory. Default: 1 minute.</summary>
    public TimeSpan AliasIdleFor { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Identifiers whose owners the node remembers. Default: 500,000.</summary>
    public int AliasCacheEntriesMax { get; set; } = 500_000;

    /// <summary>Calls that may wait for one grain; beyond, callers get 503. Default: 10,000.</summary>
    public int WaitingCallsMax { get; set; } = 10_000;

    /// <summary>
    /// Events under way at once; beyond, callers get 503 before their bodies are read. While events take longer than
    /// <see cref="IngestDelayMax"/> fewer are admitted, but not fewer than 2,000. Default: 50,000.
    /// </summary>
    public int EventsUnderWayMax { get; set; } = 50_000;

    /// <summary>How long events may take on average, from their admission until they are durable, before fewer are admitted. Default: 300 ms.</summary>
    public TimeSpan IngestDelayMax { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>These options, or a sentence about the one that can't work.</summary>
    public LocalHostOptions Validated()
    {
        if (EventsUnderWayMax < 1) throw new SettingException($"Cdp:Local:EventsUnderWayMax is {EventsUnderWayMax}; set at least 1.");
        if (IngestDelayMax <= TimeSpan.Zero) throw new SettingException($"Cdp:Local:IngestDelayMax is {IngestDelayMax}; set more than zero, e.g. 00:00:00.3.");
        return this;
    }
}
