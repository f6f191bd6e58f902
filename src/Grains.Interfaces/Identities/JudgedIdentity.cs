using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Grains.Interfaces.Identities;

/// <summary>An identity as a bulk reader found her, and what her catalog says of her at an instant. Good for as long as she is not stale.</summary>
public sealed record JudgedIdentity(LoadedIdentity Loaded, EvaluationResult Judged, DateTimeOffset At)
{
    /// <summary>Nothing of her changes but that she must be woken earlier than is stored, and she was not in memory here.</summary>
    public bool IsOnlyDueEarlier { get; init; }
}
