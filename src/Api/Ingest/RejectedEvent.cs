using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Api.Ingest;

/// <summary>An event that can never be accepted as it is: its place in the batch, the field at fault and why.</summary>
internal sealed record RejectedEvent(int Index, string? MessageId, string Field, string Error)
{
    /// <summary>The event, where it could be read and only its source's tracking plan keeps it out.</summary>
    public Event? Event { get; init; }

    /// <summary>What was sent, as a JSON object without what is not to be kept, where somebody wants to see it and it can be shown.</summary>
    public ReadOnlyMemory<byte> Sent { get; init; }

    /// <summary>Whom <see cref="Sent"/> names, as far as that could be read.</summary>
    public IReadOnlyList<Identifier> Named { get; init; } = [];
}
