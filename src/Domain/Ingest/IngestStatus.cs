namespace CdpPipeline.Domain.Ingest;

/// <summary>What became of an event.</summary>
public enum IngestStatus : byte
{
    Stored = 1,
    Duplicate = 2,
    Refused = 3,
}
