namespace CdpPipeline.Domain.Segments;

/// <summary>How often an event must have happened: <c>lte 0</c> is "did not". The number is at most <see cref="SegmentLimits.CountMax"/>.</summary>
public readonly record struct EventCount(CountOperator Operator, int Number)
{
    /// <summary>At least once: what holds when a condition names no count.</summary>
    public static EventCount AtLeastOnce => new(CountOperator.GreaterOrEqual, 1);

    /// <summary>So many events decide the comparison; more make no difference.</summary>
    public int Deciding => Operator is CountOperator.GreaterOrEqual or CountOperator.Less ? Number : Number + 1;

    /// <summary>
    /// The greatest number below this one at which the comparison has another result, if it then has it for all numbers below: for order
    /// comparisons only. Negative for none.
    /// </summary>
    internal int TurnsAt(int count) => Operator switch
    {
        CountOperator.GreaterOrEqual or CountOperator.Less => count >= Number ? Number - 1 : -1,
        _ => count > Number ? Number : -1,
    };

    internal bool IsOrder => Operator is not (CountOperator.Equal or CountOperator.NotEqual);

    public bool Holds(int count) => Operator switch
    {
        CountOperator.Equal => count == Number,
        CountOperator.NotEqual => count != Number,
        CountOperator.Greater => count > Number,
        CountOperator.GreaterOrEqual => count >= Number,
        CountOperator.Less => count < Number,
        _ => count <= Number,
    };
}

/// <summary>How a count is compared; spelt as the field operators of the same names.</summary>
public enum CountOperator
{
    Equal = FieldOperator.Equal,
    NotEqual = FieldOperator.NotEqual,
    Greater = FieldOperator.Greater,
    GreaterOrEqual = FieldOperator.GreaterOrEqual,
    Less = FieldOperator.Less,
    LessOrEqual = FieldOperator.LessOrEqual,
}
