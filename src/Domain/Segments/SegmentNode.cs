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
/// <see cref="Within"/> before now and now, both included; one in the future counts from then on.
/// </summary>
public sealed record EventCondition(string Event) : SegmentNode
{
    /// <summary>Stands for any name.</summary>
    public const string AnyEvent = "*";

    /// <summary>All must hold for an event to count.</summary>
    public ValueList<PropertyCondition> Where { get; init; } = [];

    public EventCount Count { get; init; } = EventCount.AtLeastOnce;

    /// <summary>The window's length in whole seconds; null for ever.</summary>
    public TimeSpan? Within { get; init; }
}

/// <summary>
/// A condition on an event's property, with the meaning of a <see cref="FieldCondition"/>. It is judged as of the event: relative dates
/// and <c>within_last</c> count from the event's own time, so what an event is never changes.
/// </summary>
public sealed record PropertyCondition(PropertyPath Property, FieldOperator Operator, Operand? Value);

/// <summary>She is in another segment. One that does not exist has no members.</summary>
public sealed record SegmentReference(SegmentId Segment) : SegmentNode;
