namespace CdpPipeline.Domain.Segments;

/// <summary>
/// What one event more, and nothing else, can do to a truth, now and at all later times: an event can bring a count up but never down. Where the truth
/// of before is one that stays, there is nothing to look at, and the flip that was known comes no earlier.
/// </summary>
[Flags]
internal enum EventTrend
{
    /// <summary>Anything.</summary>
    None = 0,
    KeepsTrue = 1,
    KeepsFalse = 2,

    /// <summary>Nothing.</summary>
    Constant = KeepsTrue | KeepsFalse,
}

/// <summary>Works out trends.</summary>
internal static class EventTrends
{
    /// <summary>Of a number that events can only bring up.</summary>
    public static EventTrend OfNumber(CountOperator @operator) => @operator switch
    {
        CountOperator.GreaterOrEqual or CountOperator.Greater => EventTrend.KeepsTrue,
        CountOperator.LessOrEqual or CountOperator.Less => EventTrend.KeepsFalse,
        _ => EventTrend.None,
    };

    /// <summary>Of a field of hers.</summary>
    public static EventTrend OfField(FieldKind field, FieldOperator @operator) => field switch
    {
        FieldKind.EventCount or FieldKind.PageViews or FieldKind.Conversions => Enum.IsDefined((CountOperator)@operator) ? OfNumber((CountOperator)@operator) : EventTrend.None,
        FieldKind.FirstSeen or FieldKind.LastSeen => EventTrend.None,
        _ => EventTrend.Constant,
    };

    /// <summary>Of all or one of several.</summary>
    public static EventTrend OfGroup(IEnumerable<CompiledNode> nodes) => nodes.Aggregate(EventTrend.Constant, (trend, node) => trend & node.Trend);

    public static EventTrend Opposite(EventTrend trend) =>
        ((trend & EventTrend.KeepsTrue) != 0 ? EventTrend.KeepsFalse : EventTrend.None) | ((trend & EventTrend.KeepsFalse) != 0 ? EventTrend.KeepsTrue : EventTrend.None);
}
