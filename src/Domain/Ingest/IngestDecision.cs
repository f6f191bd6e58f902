using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;

namespace CdpPipeline.Domain.Ingest;

/// <summary>What taking in some events would do: the entries to append, and the person as she is once they are durable.</summary>
public sealed record IngestDecision(Person Person)
{
    public IReadOnlyList<LogEntry> Entries { get; init; } = [];

    /// <summary>One per event, in order.</summary>
    public IReadOnlyList<EventOutcome> Outcomes { get; init; } = [];

    /// <summary>An event carries another userId than the person's: nothing is decided, it belongs to somebody else.</summary>
    public bool IsOtherUser { get; init; }
}

/// <summary>What becomes of one event: stored under a new id, a duplicate of the id, or refused.</summary>
public readonly record struct EventOutcome(IngestStatus Status, EventId Id, Refusal Refusal);
