namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Says a condition on a least or a greatest value by plain counts: the greatest is at least 5 when there is a value of at least 5, and it is
/// less than 5 when there is a smaller one but none of at least 5. So an extreme needs no state of its own. Pure.
/// </summary>
internal static class Extremes
{
    private const decimal HalfBillionth = 0.0000000005m;

    /// <summary>The event conditions of a tree that windows keep something for, in the order they are written, repetitions included.</summary>
    public static IEnumerable<EventCondition> Kept(SegmentNode tree) => SegmentTrees.EventConditions(tree).SelectMany(condition =>
        condition.Aggregate is { Function: AggregateFunction.Minimum or AggregateFunction.Maximum } aggregate
            ? SegmentTrees.EventConditions(Rewrite(condition, aggregate))
            : [condition]);

    /// <summary>A tree of counts with the same meaning.</summary>
    public static SegmentNode Rewrite(EventCondition condition, EventAggregate aggregate)
    {
        var isGreatest = aggregate.Function == AggregateFunction.Maximum;

        // Of the least value all is said the other way round.
        var beyond = Values(condition, aggregate, isGreatest ? CountOperator.Greater : CountOperator.Less);
        var atOrBeyond = Values(condition, aggregate, isGreatest ? CountOperator.GreaterOrEqual : CountOperator.LessOrEqual);
        var before = Values(condition, aggregate, isGreatest ? CountOperator.Less : CountOperator.Greater);
        var atOrBefore = Values(condition, aggregate, isGreatest ? CountOperator.LessOrEqual : CountOperator.GreaterOrEqual);
        return (aggregate.Operator, isGreatest) switch
        {
            (CountOperator.GreaterOrEqual, true) or (CountOperator.LessOrEqual, false) => atOrBeyond,
            (CountOperator.Greater, true) or (CountOperator.Less, false) => beyond,
            (CountOperator.Less, true) or (CountOperator.Greater, false) => new AndNode([before, new NotNode(atOrBeyond)]),
            (CountOperator.LessOrEqual, true) or (CountOperator.GreaterOrEqual, false) => new AndNode([atOrBefore, new NotNode(beyond)]),
            (CountOperator.Equal, _) => new AndNode([atOrBeyond, new NotNode(beyond)]),
            _ => new OrNode([beyond, new AndNode([before, new NotNode(atOrBeyond)])]),
        };
    }

    // A value so and so, as a condition on the number before it is rounded to nine places: it rounds up from half a billionth below, if the
    // result is even also from exactly there.
    private static EventCondition Values(EventCondition condition, EventAggregate aggregate, CountOperator @operator)
    {
        var isEven = Amount.Of(aggregate.Value) % 2 == 0;
        var (compare, bound) = @operator switch
        {
            CountOperator.GreaterOrEqual => (isEven ? FieldOperator.GreaterOrEqual : FieldOperator.Greater, aggregate.Value - HalfBillionth),
            CountOperator.Greater => (isEven ? FieldOperator.Greater : FieldOperator.GreaterOrEqual, aggregate.Value + HalfBillionth),
            CountOperator.LessOrEqual => (isEven ? FieldOperator.LessOrEqual : FieldOperator.Less, aggregate.Value + HalfBillionth),
            _ => (isEven ? FieldOperator.Less : FieldOperator.LessOrEqual, aggregate.Value - HalfBillionth),
        };
        return condition with
        {
            Aggregate = null,
            Count = EventCount.AtLeastOnce,
            Where =
            [
                .. condition.Where,
                Test(compare, bound),
                Test(FieldOperator.GreaterOrEqual, -Amount.Max),
                Test(FieldOperator.LessOrEqual, Amount.Max),
            ],
        };

        PropertyCondition Test(FieldOperator compare, decimal than) => new(aggregate.Property, compare, new NumberOperand(Number.Of(than)));
    }
}
