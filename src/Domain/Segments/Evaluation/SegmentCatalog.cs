using CdpPipeline.Domain.ComputedTraits;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Log;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// All segment definitions and computed traits, compiled together: takes events into window states and evaluates persons. Immutable, thread-safe, pure.
/// An event or a change that concerns no definition costs a look-up and allocates nothing.
/// </summary>
public sealed class SegmentCatalog
{
    private readonly Dictionary<SegmentId, SegmentNode> definitions;
    private readonly IReadOnlyDictionary<string, TraitComputation> computations;
    private readonly ConditionNumbers numbers;
    private readonly CompiledSegment[] segments;
    private readonly IReadOnlyCollection<CompiledEvents> conditions;
    private readonly EventIndex events;
    private readonly int itemsMax;
    private readonly MembershipEvaluator evaluator;
    private readonly Lazy<CatalogNeeds> needs;

    private SegmentCatalog(
        long version,
        Dictionary<SegmentId, SegmentNode> definitions,
        IReadOnlyDictionary<string, TraitComputation> computations,
        ConditionNumbers numbers,
        IEnumerable<(SegmentId Id, SegmentNode Tree)> roots,
        IReadOnlyList<SegmentVersion> shown,
        IReadOnlyList<ComputedTrait> traits,
        int itemsMax)
    {
        this.definitions = definitions;
        this.computations = computations;
        this.numbers = numbers;
        this.itemsMax = itemsMax;
        Version = version;
        var compiler = new SegmentCompiler(definitions, numbers, computations);
        var ofShown = shown.Count == 0 ? compiler : compiler.Among(shown.ToDictionary(each => each.Segment, each => each.Tree));
        segments =
        [
            .. roots.Select(each => compiler.Compile(each.Id, each.Tree))
                .Concat(shown.Select(each => ofShown.Compile(each.Set, each.Tree)))
                .OrderBy(each => each.Id),
        ];
        Traits = new CompiledTraits(traits.Select(trait => (trait.Name, compiler.Compile(trait.Computation))));
        conditions = compiler.Events;
        events = new EventIndex(conditions, itemsMax);
        evaluator = new MembershipEvaluator(version, HighestCondition, segments);
        SegmentNode[] trees = [.. roots.Select(each => each.Tree), .. shown.Select(each => each.Tree)];
        needs = new Lazy<CatalogNeeds>(() => CatalogNeeds.Of(trees, definitions, traits, computations, numbers));
    }

    /// <summary>Without any segment.</summary>
    public static SegmentCatalog Empty { get; } = Compile(0, [], ConditionNumbers.None);

    /// <summary>Distinguishes this catalog from those before and after it.</summary>
    public long Version { get; }

    /// <summary>The highest condition number ever given. A component without events starts with <see cref="WindowSet.Empty"/> this.</summary>
    public int HighestCondition => numbers.Highest;

    /// <summary>The computed traits.</summary>
    public CompiledTraits Traits { get; }

    /// <summary>By ascending id.</summary>
    public IReadOnlyList<CompiledSegment> Segments => segments;

    /// <summary>What must be known of a person to judge her by this catalog.</summary>
    public CatalogNeeds Needs => needs.Value;

    /// <summary>
    /// Every event condition and computed trait must have its number (<see cref="ConditionNumbers.For(IEnumerable{SegmentNode}, IEnumerable{ComputedTrait})"/>
    /// all these) and references must have been checked (<see cref="SegmentReferences.Check"/>); throws <see cref="ArgumentException"/> otherwise.
    /// </summary>
    public static SegmentCatalog Compile(long version, IReadOnlyList<(SegmentId Id, SegmentNode Tree)> segments, ConditionNumbers numbering) =>
        Compile(version, segments, [], numbering, SegmentLimits.ItemsMax);

    /// <inheritdoc cref="Compile(long, IReadOnlyList{ValueTuple{SegmentId, SegmentNode}}, ConditionNumbers)"/>
    public static SegmentCatalog Compile(
        long version, IReadOnlyList<(SegmentId Id, SegmentNode Tree)> segments, IReadOnlyList<ComputedTrait> traits, ConditionNumbers numbering) =>
        Compile(version, segments, traits, numbering, SegmentLimits.ItemsMax);

    /// <inheritdoc cref="Compile(long, IReadOnlyList{ValueTuple{SegmentId, SegmentNode}}, ConditionNumbers)"/>
    /// <remarks>With another bound than <see cref="SegmentLimits.ItemsMax"/>. Answers do not depend on it.</remarks>
    internal static SegmentCatalog Compile(
        long version, IReadOnlyList<(SegmentId Id, SegmentNode Tree)> segments, IReadOnlyList<ComputedTrait> traits, ConditionNumbers numbering, int itemsMax) =>
        new(version, segments.ToDictionary(each => each.Id, each => each.Tree), ByName(traits), numbering, segments, [], traits, itemsMax);

    /// <summary>
    /// The same for segments of which some are being changed: every shown version is evaluated with references that mean the shown versions, every
    /// coming one with references that mean the newest there are. What is evaluated goes by the ids of the sets.
    /// </summary>
    public static SegmentCatalog Compile(
        long version, IReadOnlyList<SegmentVersion> shown, IReadOnlyList<SegmentVersion> coming, IReadOnlyList<ComputedTrait> traits, ConditionNumbers numbering)
    {
        var newest = shown.ToDictionary(each => each.Segment, each => each.Tree);
        foreach (var each in coming) newest[each.Segment] = each.Tree;
        var sets = shown.ToDictionary(each => each.Segment, each => each.Set);
        return new SegmentCatalog(version, newest, ByName(traits), numbering, coming.Select(each => (each.Set, each.Tree)), shown, traits, SegmentLimits.ItemsMax)
        {
            Changing = [.. coming.Select(each => (sets[each.Segment], each.Set))],
        };
    }

    /// <summary>The shown sets in whose place others come, with those.</summary>
    public IReadOnlyList<(SegmentId Shown, SegmentId Coming)> Changing { get; private init; } = [];

    /// <summary>Null when there is no such segment.</summary>
    public CompiledSegment? Find(SegmentId id) => evaluator.IndexOf(id) is >= 0 and var index ? segments[index] : null;

    /// <summary>Whether there is a definition of such a segment, for others to refer to.</summary>
    public bool Defines(SegmentId segment) => definitions.ContainsKey(segment);

    /// <summary>
    /// The component's state with the event taken in, for all conditions it knows; the same instance when nothing matched. The order of
    /// events makes no difference to any answer. Knowledge that goes beyond this catalog (made by a newer one) is lowered to it.
    /// </summary>
    public WindowSet Observe(WindowSet windows, EventEntry e) => ObserveFrom(0, windows, e);

    /// <summary>
    /// The same for conditions above a number only: to compute, by replaying the log into <c>WindowSet.Empty(HighestCondition)</c>, what a
    /// component does not know yet. Then <see cref="Extend"/>.
    /// </summary>
    public WindowSet ObserveFrom(int afterNumber, WindowSet windows, EventEntry e)
    {
        // Only track, page and screen calls have names.
        if (e.Event.Name is null) return windows;
        return events.Observe(afterNumber, windows.LoweredTo(HighestCondition), e);
    }

    /// <summary>
    /// What the component knew, completed by what a replay computed for the conditions above <see cref="WindowSet.KnownThrough"/>. Drops the
    /// entries of conditions that no longer exist.
    /// </summary>
    public WindowSet Extend(WindowSet known, WindowSet computed) => known.ExtendedBy(computed).Only(events.Conditions.ContainsKey);

    /// <summary>
    /// Brings memberships up to a change and to the clock. Looks at the segments that the change can affect and those whose flip is due; at
    /// all of them when another catalog made the prior state, and then memberships in segments that are gone are left.
    /// The person's windows must know all conditions; throws <see cref="InvalidOperationException"/> otherwise. Conditions that they know but
    /// cannot decide are reported, and nothing is guessed.
    /// </summary>
    public EvaluationResult Evaluate(MembershipState prior, IPerson person, in PersonChange change, DateTimeOffset now) =>
        evaluator.Evaluate(prior, person, null, change, now.ToMicros());

    /// <summary>The same, with what a <see cref="Replay"/> has computed in place of the person's own windows.</summary>
    public EvaluationResult Evaluate(MembershipState prior, IPerson person, WindowSet windows, in PersonChange change, DateTimeOffset now) =>
        evaluator.Evaluate(prior, person, windows, change, now.ToMicros());

    /// <summary>Computes conditions that were left undecided from the person's log, to look at her at this instant.</summary>
    public LogReplay Replay(IEnumerable<int> conditions, DateTimeOffset now) => new(conditions.Select(number => events.Conditions[number]), now.ToMicros());

    /// <summary>
    /// A definition that is not saved, evaluated just as if it were. References must have been checked. With <paramref name="beside"/> its catalog
    /// has that saved segment too, for comparison.
    /// </summary>
    public SegmentPreview ForPreview(SegmentNode tree, SegmentId? beside = null)
    {
        var traits = computations.Select(pair => new ComputedTrait(pair.Key, pair.Value));
        var extended = numbers.For(definitions.Values.Append(tree), traits);

        // Of the computed traits only those that the definition reads are of interest.
        var preview = new SegmentCatalog(Version, definitions, computations, extended, [(default, tree), .. Saved(beside)], [], [], itemsMax);
        return new SegmentPreview(tree, definitions, preview, preview.segments[0])
        {
            KnownThrough = HighestCondition,
            NeedsLog = preview.events.Conditions.Keys.Any(number => number > HighestCondition),
        };
    }

    internal IReadOnlyList<int> Undecided(Moment moment) => [.. conditions.Where(each => each.IsUndecided(moment)).Select(each => each.Number).Distinct()];

    private static Dictionary<string, TraitComputation> ByName(IReadOnlyList<ComputedTrait> traits) =>
        traits.ToDictionary(trait => trait.Name, trait => trait.Computation, StringComparer.Ordinal);

    private IEnumerable<(SegmentId Id, SegmentNode Tree)> Saved(SegmentId? segment) =>
        segment is { } id && definitions.TryGetValue(id, out var tree) ? [(id, tree)] : [];
}
