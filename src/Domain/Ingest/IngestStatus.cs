namespace CdpPipeline.Domain.Ingest;

/// <summary>What became of an event.</summary>
public enum IngestStatus : byte
{
    Stored = 1,
    Duplicate = 2,
    Refused = 3,

    /// <summary>Taken and stored nowhere: it names somebody who was erased.</summary>
    Suppressed = 4,
}
