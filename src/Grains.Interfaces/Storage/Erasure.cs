using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Grains.Interfaces.Storage;

/// <summary>
/// The decision that a person is erased, in one transaction: from then on nobody finds her, her memberships have ended, and nothing of hers can be
/// written again. It holds only if she is exactly these components at these places of their logs, all merges into her completed. What else is stored of
/// her goes in bounded steps after it (<see cref="IErasures.SweepAsync"/>).
/// </summary>
/// <param name="Receipt">The number of its receipt.</param>
/// <param name="Id">The identity that speaks for her.</param>
/// <param name="Components">All that she is, the identity's own component among them.</param>
/// <param name="Identifiers">All identifiers that they own.</param>
/// <param name="At">When it is decided.</param>
public sealed record Erasure(
    Guid Receipt, IdentityId Id, IReadOnlyList<ErasedComponent> Components, IReadOnlyList<Identifier> Identifiers, DateTimeOffset At)
{
    /// <summary>The keyed hashes of the identifiers that are suppressed from now on; none: they may start somebody new.</summary>
    public IReadOnlyList<Guid> Suppressed { get; init; } = [];
}

/// <summary>A component and the last place that is taken in its log.</summary>
public sealed record ErasedComponent(long Key, long Seq);
