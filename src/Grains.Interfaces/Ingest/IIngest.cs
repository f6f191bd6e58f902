using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Ingest;

namespace CdpPipeline.Grains.Interfaces.Ingest;

/// <summary>The way in: takes events to the people they belong to, joining people where events say so.</summary>
public interface IIngest
{
    /// <summary>
    /// Returns one outcome per event, in order, once everything that is not refused is durable and visible. Throws
    /// <see cref="Storage.StoreUnavailableException"/> or <see cref="OverloadedException"/> when any outcome is unknown or was not
    /// tried: the caller answers 503 and its client retries under the same messageIds.
    /// </summary>
    Task<IReadOnlyList<IngestOutcome>> IngestAsync(IReadOnlyList<Event> events, CancellationToken cancellationToken);
}

/// <summary>What became of one event. Only stored and duplicate ones carry an identity and the (first) event's id.</summary>
public readonly record struct IngestOutcome(IngestStatus Status, IdentityId Identity, EventId Event, Refusal Refusal)
{
    /// <summary>Taken, and stored nowhere.</summary>
    public static IngestOutcome Suppressed => new(IngestStatus.Suppressed, default, default, Refusal.None);
}
