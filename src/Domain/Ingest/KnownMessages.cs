using CdpPipeline.Domain.Events;

namespace CdpPipeline.Domain.Ingest;

/// <summary>Those of the messageIds at hand that the person's log holds already, with their first event.</summary>
public sealed record KnownMessages(IReadOnlyDictionary<string, EventId> Stored)
{
    public static readonly KnownMessages None = new(new Dictionary<string, EventId>());
}
