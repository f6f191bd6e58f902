namespace CdpPipeline.Api.Ingest;

/// <summary>An event that can never be accepted as it is: its place in the batch, the field at fault and why.</summary>
internal sealed record RejectedEvent(int Index, string? MessageId, string Field, string Error);
