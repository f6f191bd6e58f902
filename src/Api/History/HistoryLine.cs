namespace CdpPipeline.Api.History;

/// <summary>What a record came to: a call as JSON, or why it is none.</summary>
internal readonly record struct HistoryLine(FileRecord Record, byte[]? Call, string? Fault);
