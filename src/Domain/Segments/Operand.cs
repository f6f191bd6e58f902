namespace CdpPipeline.Domain.Segments;

/// <summary>What a field's value is compared with. Immutable, compared by value.</summary>
public abstract record Operand
{
    private protected Operand()
    {
    }
}

/// <summary>Compared ordinally and case-sensitively.</summary>
public sealed record TextOperand(string Text) : Operand;

/// <summary>Never equals a text.</summary>
public sealed record NumberOperand(Number Number) : Operand;

/// <summary>True or false.</summary>
public sealed record TruthOperand(bool Truth) : Operand;

/// <summary>A fixed instant, whole microseconds, UTC.</summary>
public sealed record DateOperand(DateTimeOffset Instant) : Operand;

/// <summary>An instant that moves with the clock: now plus the offset, which is negative for the past (<c>-7d</c>).</summary>
public sealed record RelativeDateOperand(TimeSpan Offset) : Operand;

/// <summary>A length of time (<c>7d</c>).</summary>
public sealed record DurationOperand(TimeSpan Duration) : Operand;

/// <summary>Any of these; at most <see cref="SegmentLimits.ListValuesMax"/>.</summary>
public sealed record ListOperand(ValueList<Operand> Items) : Operand;
