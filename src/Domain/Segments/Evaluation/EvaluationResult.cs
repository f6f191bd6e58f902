namespace CdpPipeline.Domain.Segments;

/// <summary>What an evaluation found: the new state (the same instance when nothing is different) and what changed, each list by ascending id.</summary>
public readonly record struct EvaluationResult(MembershipState State, IReadOnlyList<SegmentId> Entered, IReadOnlyList<SegmentId> Left)
{
    /// <summary>
    /// Conditions, by number, that the windows could not decide. When there are any, nothing else here means anything: they must be computed
    /// by <see cref="SegmentCatalog.Replay"/>, and the person evaluated again with what it gives.
    /// </summary>
    public IReadOnlyList<int> Undecided { get => field ?? []; init; }

    /// <summary>When the person must be evaluated again although nothing happens; null for never.</summary>
    public DateTimeOffset? Due => State.Due;

    /// <summary>The same, with other instants for memberships that are there.</summary>
    public EvaluationResult With(IReadOnlyDictionary<SegmentId, DateTimeOffset> since) => since.Count == 0 ? this : this with { State = State.With(since) };
}
