namespace CdpPipeline.Domain.Segments;

/// <summary>A segment definition's tree. Immutable and compared by value.</summary>
public abstract record SegmentNode
{
    private protected SegmentNode()
    {
    }
}

/// <summary>All of them hold; with none of them it is true.</summary>
public sealed record AndNode(ValueList<SegmentNode> Nodes) : SegmentNode;

/// <summary>One of them holds; with none of them it is false.</summary>
public sealed record OrNode(ValueList<SegmentNode> Nodes) : SegmentNode;

/// <summary>It does not hold.</summary>
public sealed record NotNode(SegmentNode Node) : SegmentNode;

/// <summary>
/// A field's value compared with another; <paramref name="Value"/> is null exactly for the operators that take none. A missing field (a JSON
/// null counts as missing) satisfies only the negated operators. Of several values one is enough to satisfy a positive operator, and
/// a negated one holds when its positive one does not.
/// </summary>
public sealed record FieldCondition(SegmentField Field, FieldOperator Operator, Operand? Value) : SegmentNode;

/// <summary>
/// How often an event happened, by its name or <c>*</c> for any track, page or screen call. An event counts while its time lies between
/// <see cref="Within"/> before now and now, or in the ages of <see cref="Between"/>, ends included; one in the future counts from then on.
/// </summary>
public sealed record EventCondition(string Event) : SegmentNode
{
    /// <summary>Stands for any name.</summary>
    public const string AnyEvent = "*";

    /// <summary>All must hold for an event to count.</summary>
    public ValueList<PropertyCondition> Where { get; init; } = [];

    public EventCount Count { get; init; } = EventCount.AtLeastOnce;

    /// <summary>The window's length in whole seconds; null for ever, or when <see cref="Between"/> says it.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>A window that ends before now; excludes <see cref="Within"/>.</summary>
    public AgeRange? Between { get; init; }

    /// <summary>What is asked of the events' values instead of their number; then <see cref="Count"/> is its default and means nothing.</summary>
    public EventAggregate? Aggregate { get; init; }

    /// <summary>What must follow for an event to count; excludes <see cref="Aggregate"/>.</summary>
    public SequenceStep? Then { get; init; }
}

/// <summary>Ages in whole seconds, the older first: from <paramref name="From"/> before now to <paramref name="To"/> before now, both included.</summary>
public readonly record struct AgeRange(TimeSpan From, TimeSpan To);

/// <summary>
/// Compares a function of a property over the events that count. Over no values, sum and distinct are 0, and the others satisfy no comparison.
/// The value has at most nine decimal places and a magnitude of at most 10^18; for distinct it is a whole number, at most <see cref="SegmentLimits.CountMax"/>.
/// </summary>
public sealed record EventAggregate(AggregateFunction Function, PropertyPath Property, CountOperator Operator, decimal Value);

/// <summary>
/// What is made of the values. Numbers take part with a magnitude of at most 10^18, rounded to nine decimal places, and sums of them are exact;
/// in <see cref="Distinct"/> texts, numbers and truths, numbers by their value. Other values take no part.
/// </summary>
public enum AggregateFunction
{
    Sum,
    Average,
    Minimum,
    Maximum,

    /// <summary>How many different values.</summary>
    Distinct,
}

/// <summary>
/// An event that must follow the one before, at most <see cref="Within"/> later (null: any time later). Of equal timestamps the one that arrived
/// first is the earlier.
/// </summary>
public sealed record SequenceStep(string Event)
{
    /// <inheritdoc cref="EventCondition.Where"/>
    public ValueList<PropertyCondition> Where { get; init; } = [];

    /// <summary>The greatest distance from the step before, in whole seconds.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>What must follow this one; at most <see cref="SegmentLimits.SequenceStepsMax"/> steps in all.</summary>
    public SequenceStep? Then { get; init; }
}

/// <summary>
/// A condition on an event's property, with the meaning of a <see cref="FieldCondition"/>. It is judged as of the event: relative dates
/// and <c>within_last</c> count from the event's own time, so what an event is never changes.
/// </summary>
public sealed record PropertyCondition(PropertyPath Property, FieldOperator Operator, Operand? Value);

/// <summary>She is in another segment. One that does not exist has no members.</summary>
public sealed record SegmentReference(SegmentId Segment) : SegmentNode;
