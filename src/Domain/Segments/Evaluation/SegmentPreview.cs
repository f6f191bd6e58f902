using CdpPipeline.Domain.Events;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// An unsaved definition in a catalog of its own. Conditions that the live catalog has keep their numbers, so a person's own windows answer
/// them; the others are numbered above <see cref="KnownThrough"/> for as long as the preview lasts. If it <see cref="NeedsLog"/>, the log
/// is replayed into <c>Catalog.ObserveFrom(KnownThrough, …)</c>, the result joined by <c>Catalog.Extend</c>, completed where it leaves
/// something <see cref="Undecided"/>, and handed to <see cref="CompiledSegment.Matches(IPerson, WindowSet, DateTimeOffset)"/>.
/// </summary>
public sealed class SegmentPreview
{
    private readonly SegmentNode tree;
    private readonly IReadOnlyDictionary<SegmentId, SegmentNode> definitions;

    internal SegmentPreview(SegmentNode tree, IReadOnlyDictionary<SegmentId, SegmentNode> definitions, SegmentCatalog catalog, CompiledSegment segment)
    {
        this.tree = tree;
        this.definitions = definitions;
        Catalog = catalog;
        Segment = segment;
    }

    public SegmentCatalog Catalog { get; }

    public CompiledSegment Segment { get; }

    /// <summary>The live catalog's highest condition.</summary>
    public required int KnownThrough { get; init; }

    /// <summary>Whether the definition has a condition that the live catalog has not.</summary>
    public required bool NeedsLog { get; init; }

    /// <summary>
    /// What is to be known in turn until it decides, each time more: what is known already, then the one of a conjunction's conditions that fewest can be
    /// expected to satisfy, then all.
    /// </summary>
    public IReadOnlyList<KnownConditions> Steps => !NeedsLog ? [KnownConditions.All]
        : Narrowest() is { } narrowest ? [new(KnownThrough), new(KnownThrough, narrowest), KnownConditions.All]
        : [new(KnownThrough), KnownConditions.All];

    /// <summary>The conditions that these windows cannot decide at an instant: they must be computed by <see cref="SegmentCatalog.Replay"/>.</summary>
    public IReadOnlyList<int> Undecided(IPerson person, WindowSet windows, DateTimeOffset now) =>
        Catalog.Undecided(new Moment(person, windows, now.ToMicros()));

    /// <summary>A component's windows together with what was computed for the conditions above <see cref="KnownThrough"/>.</summary>
    public WindowSet Extend(WindowSet known, WindowSet computed) => Catalog.Extend(known.LoweredTo(KnownThrough), computed);

    /// <summary>
    /// The definition's nodes as they stand for a person at an instant, with the windows that
    /// <see cref="CompiledSegment.Matches(IPerson, WindowSet, DateTimeOffset)"/> is given.
    /// </summary>
    public ExplainedNode Explain(IPerson person, WindowSet windows, DateTimeOffset now) =>
        new SegmentExplainer(definitions, new Moment(person, windows, now.ToMicros())).Explain("filter", tree, Segment.Root);

    // The shortest window among those that somebody without events fails. Alone it would be all.
    private int? Narrowest() => Catalog.Needs.EventsOf(number => number > KnownThrough).Select(each => each.Kept.Number).Distinct().Count() < 2 || Segment.Root is not CompiledAnd conjunction
        ? null
        : conjunction.Nodes.OfType<CompiledEvents>().Where(each => each.Number > KnownThrough && !each.HoldsWithoutEvents).MinBy(each => each.Span)?.Number;
}
