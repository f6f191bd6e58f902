using CdpPipeline.Domain.Events;

namespace CdpPipeline.Domain.Segments;

/// <summary>A definition made ready to be evaluated for any person: the one evaluator behind memberships and previews. Immutable, thread-safe.</summary>
public sealed class CompiledSegment
{
    private readonly CompiledNode root;

    internal CompiledSegment(SegmentId id, CompiledNode root, Dependencies dependencies)
    {
        Id = id;
        this.root = root;
        Dependencies = dependencies;
    }

    public SegmentId Id { get; }

    internal Dependencies Dependencies { get; }

    /// <summary>Whether the person belongs to the segment now.</summary>
    public bool Matches(IPerson person, DateTimeOffset now) => Matches(person, person.Windows, now);

    /// <summary>
    /// The same, reading event conditions from other windows than the person's: those of a replay. Throws
    /// <see cref="InvalidOperationException"/> where they cannot decide.
    /// </summary>
    public bool Matches(IPerson person, WindowSet windows, DateTimeOffset now) => root.Holds(new Moment(person, windows, now.ToMicros()), out _);

    /// <summary>The same, but null where the windows cannot tell, as they know some of the conditions only.</summary>
    public bool? TryMatches(IPerson person, WindowSet windows, KnownConditions known, DateTimeOffset now) =>
        root.TryHolds(new Moment(person, windows, now.ToMicros()) { Known = known });

    internal CompiledNode Root => root;

    internal bool Holds(in Moment moment, out long flip) => root.Holds(moment, out flip);
}
