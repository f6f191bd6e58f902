using System.Collections.Frozen;
using CdpPipeline.Api.Errors;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Plans;

namespace CdpPipeline.Api.Ingest;

/// <summary>What a body held: a problem of the whole, or the good events with their places in the batch and the bad ones.</summary>
internal sealed record ReadEvents
{
    /// <summary>Why nothing of it can be taken; then there are no events.</summary>
    public Problem? Problem { get; init; }

    public IReadOnlyList<Event> Events { get; init; } = [];

    /// <summary>For each of <see cref="Events"/> its place in the batch, from 0.</summary>
    public IReadOnlyList<int> Indexes { get; init; } = [];

    /// <summary>Ascending by place.</summary>
    public IReadOnlyList<RejectedEvent> Rejected { get; init; } = [];

    /// <summary>What is wrong with some of <see cref="Events"/>, by position, that are taken all the same.</summary>
    public IReadOnlyDictionary<int, PlanVerdict> Reported { get; init; } = FrozenDictionary<int, PlanVerdict>.Empty;
}
