namespace CdpPipeline.Domain.Segments;

/// <summary>A field operator with what it compares with: a test of one value, or its opposite.</summary>
internal readonly struct FieldTest(ValueTest test, bool isNegated)
{
    public static FieldTest Compile(FieldType type, FieldOperator @operator, Operand? operand)
    {
        var positive = @operator.OppositeOf();
        return new FieldTest(ValueTest.Compile(type, positive ?? @operator, operand), positive is not null);
    }

    /// <summary>For a field with one value or none.</summary>
    public bool Holds(in FieldValue value, long now, out long flip)
    {
        flip = FlipTime.Never;
        if (value.Kind == ValueKind.Missing) return isNegated;
        flip = test.NextFlip(value, now);
        return test.Holds(value, now) != isNegated;
    }

    /// <summary>For a field with several values, of which one is enough for the positive test.</summary>
    public bool Holds(ReadOnlySpan<FieldValue> values, long now, out long flip)
    {
        flip = FlipTime.Never;
        var any = false;
        foreach (var value in values)
        {
            flip = Math.Min(flip, test.NextFlip(value, now));
            any |= test.Holds(value, now);
        }

        return any != isNegated;
    }
}
