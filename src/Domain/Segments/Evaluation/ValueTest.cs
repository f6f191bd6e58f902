using System.Text.RegularExpressions;

namespace CdpPipeline.Domain.Segments;

/// <summary>A positive operator with what it compares with. The value given is never a missing one.</summary>
internal abstract class ValueTest
{
    public abstract bool Holds(in FieldValue value, long now);

    /// <summary>The first instant after now at which the answer for this value is another.</summary>
    public virtual long NextFlip(in FieldValue value, long now) => FlipTime.Never;

    /// <summary>The operator must be a positive one, and the operand one that a reader accepts for it.</summary>
    public static ValueTest Compile(FieldType type, FieldOperator @operator, Operand? operand) => (@operator, operand) switch
    {
        (FieldOperator.Exists, _) => new PresenceTest(),
        (FieldOperator.IsTrue, _) => new KindTest(ValueKind.True),
        (FieldOperator.IsFalse, _) => new KindTest(ValueKind.False),
        (FieldOperator.Contains, { } member) => new ContainsTest(Compile(FieldType.Any, FieldOperator.Equal, member), (member as TextOperand)?.Text),
        (FieldOperator.StartsWith, TextOperand start) => new TextTest(text => text.StartsWith(start.Text, StringComparison.Ordinal)),
        (FieldOperator.EndsWith, TextOperand end) => new TextTest(text => text.EndsWith(end.Text, StringComparison.Ordinal)),
        (FieldOperator.Matches, TextOperand pattern) => new TextTest(Pattern(pattern.Text).IsMatch),
        (FieldOperator.WithinLast, DurationOperand last) => new WithinLastTest(last.Duration.Micros()),
        (FieldOperator.In, ListOperand list) when type == FieldType.Date =>
            new AnyTest([.. list.Items.Select(item => Compile(type, FieldOperator.Equal, item))]),
        (FieldOperator.In, ListOperand list) => new MemberTest(list.Items),
        (_, DateOperand or RelativeDateOperand) => DateOrderTest.Compile(@operator, operand),
        (FieldOperator.Equal, { } single) => new MemberTest([single]),
        (_, TextOperand bound) => new TextTest(text => Satisfies(@operator, string.CompareOrdinal(text, bound.Text))),
        (_, NumberOperand number) => new NumberOrderTest(@operator, number.Number),
        _ => throw new ArgumentException($"{@operator} cannot compare with {operand}.", nameof(operand)),
    };

    /// <summary>Finds the pattern anywhere in a text, in linear time. Throws <see cref="ArgumentException"/> or <see cref="NotSupportedException"/>.</summary>
    public static Regex Pattern(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>Whether an order (-1, 0, 1 or like them) is what an operator asks for.</summary>
    protected static bool Satisfies(FieldOperator @operator, int order) => @operator switch
    {
        FieldOperator.Equal => order == 0,
        FieldOperator.Greater or FieldOperator.After => order > 0,
        FieldOperator.GreaterOrEqual => order >= 0,
        FieldOperator.Less or FieldOperator.Before => order < 0,
        FieldOperator.LessOrEqual => order <= 0,
        _ => throw new ArgumentException($"{@operator} asks for no order.", nameof(@operator)),
    };
}

/// <summary>Anything is there.</summary>
internal sealed class PresenceTest : ValueTest
{
    public override bool Holds(in FieldValue value, long now) => true;
}

/// <summary>It is exactly true, or exactly false.</summary>
internal sealed class KindTest(ValueKind kind) : ValueTest
{
    public override bool Holds(in FieldValue value, long now) => value.Kind == kind;
}

/// <summary>Something about a text; any other value fails.</summary>
internal sealed class TextTest(Func<string, bool> test) : ValueTest
{
    public override bool Holds(in FieldValue value, long now) => value.Text is { } text && test(text);
}

/// <summary>A list has the member; a text holds the text, if it is one.</summary>
internal sealed class ContainsTest(ValueTest isMember, string? part) : ValueTest
{
    public override bool Holds(in FieldValue value, long now) => value.Kind switch
    {
        ValueKind.List => value.AnyMember(isMember, now),
        ValueKind.Text => part is not null && value.Text!.Contains(part, StringComparison.Ordinal),
        _ => false,
    };
}

/// <summary>A number compared with another.</summary>
internal sealed class NumberOrderTest(FieldOperator @operator, Number number) : ValueTest
{
    public override bool Holds(in FieldValue value, long now) =>
        value.Kind == ValueKind.Number && Satisfies(@operator, value.Number.CompareTo(number));
}

/// <summary>One of several tests holds.</summary>
internal sealed class AnyTest(ValueTest[] tests) : ValueTest
{
    public override bool Holds(in FieldValue value, long now)
    {
        foreach (var test in tests)
        {
            if (test.Holds(value, now)) return true;
        }

        return false;
    }

    // Never too late; another test may keep the answer as it is.
    public override long NextFlip(in FieldValue value, long now)
    {
        var next = FlipTime.Never;
        foreach (var test in tests) next = Math.Min(next, test.NextFlip(value, now));
        return next;
    }
}

/// <summary>It equals one of several values of any kinds.</summary>
internal sealed class MemberTest : ValueTest
{
    private readonly HashSet<string> texts = new(StringComparer.Ordinal);
    private readonly HashSet<Number> numbers = [];
    private readonly bool hasTrue;
    private readonly bool hasFalse;

    public MemberTest(IEnumerable<Operand> members)
    {
        foreach (var member in members)
        {
            if (member is TextOperand text) texts.Add(text.Text);
            else if (member is NumberOperand number) numbers.Add(number.Number);
            else if (member is TruthOperand { Truth: true }) hasTrue = true;
            else if (member is TruthOperand { Truth: false }) hasFalse = true;
            else throw new ArgumentException($"{member} is no single value.", nameof(members));
        }
    }

    public override bool Holds(in FieldValue value, long now) => value.Kind switch
    {
        ValueKind.Text => texts.Contains(value.Text!),
        ValueKind.Number => numbers.Contains(value.Number),
        ValueKind.True => hasTrue,
        ValueKind.False => hasFalse,
        _ => false,
    };
}
