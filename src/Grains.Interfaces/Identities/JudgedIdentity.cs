using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Grains.Interfaces.Identities;

/// <summary>An identity as a bulk reader found her, and what her catalog says of her at an instant. Good for as long as she is not stale.</summary>
public sealed record JudgedIdentity(LoadedIdentity Loaded, EvaluationResult Judged, DateTimeOffset At);
