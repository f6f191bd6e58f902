namespace CdpPipeline.Api.Metrics;

/// <summary>What a host of grains counts of itself, for metrics.</summary>
internal interface INodeActivity
{
    /// <summary>Identities in this process's memory.</summary>
    int ActiveIdentities { get; }

    /// <summary>Aliases in this process's memory.</summary>
    int ActiveAliases { get; }

    /// <summary>Deltas that commits have handed over since the start, those dropped included.</summary>
    long PublishedDeltas { get; }

    /// <summary>Deltas that found no room.</summary>
    long DroppedDeltas { get; }
}
