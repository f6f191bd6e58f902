using CdpPipeline.Domain.Events;

namespace CdpPipeline.Domain.Segments;

/// <summary>An instant compared with a fixed one, or with one that moves with the clock.</summary>
internal sealed class DateOrderTest : ValueTest
{
    private readonly FieldOperator @operator;
    private readonly long other;
    private readonly bool moves;

    private DateOrderTest(FieldOperator @operator, long other, bool moves)
    {
        this.@operator = @operator;
        this.other = other;
        this.moves = moves;
    }

    public static DateOrderTest Compile(FieldOperator @operator, Operand operand) => operand is RelativeDateOperand relative
        ? new DateOrderTest(@operator, relative.Offset.Micros(), moves: true)
        : new DateOrderTest(@operator, ((DateOperand)operand).Instant.ToMicros(), moves: false);

    public override bool Holds(in FieldValue value, long now) => value.TryGetInstant(out var instant) && HoldsAt(instant, now);

    // The moving instant reaches the value at one instant, and has passed it a microsecond later.
    public override long NextFlip(in FieldValue value, long now)
    {
        if (!moves || !value.TryGetInstant(out var instant)) return FlipTime.Never;
        var meeting = instant - other;
        var holds = HoldsAt(instant, now);
        if (meeting > now && HoldsAt(instant, meeting) != holds) return meeting;
        return meeting + 1 > now && HoldsAt(instant, meeting + 1) != holds ? meeting + 1 : FlipTime.Never;
    }

    private bool HoldsAt(long instant, long now) => Satisfies(@operator, instant.CompareTo(moves ? now + other : other));
}

/// <summary>An instant between a duration before now and now, both included.</summary>
internal sealed class WithinLastTest(long duration) : ValueTest
{
    public override bool Holds(in FieldValue value, long now) =>
        value.TryGetInstant(out var instant) && instant <= now && instant >= now - duration;

    public override long NextFlip(in FieldValue value, long now)
    {
        if (!value.TryGetInstant(out var instant)) return FlipTime.Never;
        if (instant > now) return instant;
        var end = instant + duration + 1;
        return end > now ? end : FlipTime.Never;
    }
}
