using System.Text;
using System.Text.Json;

namespace CdpPipeline.Domain.Segments;

/// <summary>Reads and writes what a field is compared with. What suits which operator is decided as for the JSON spelling.</summary>
internal static class ValueText
{
    private const string DateForm = "a date ('2024-05-01T00:00:00Z', 7 DAYS AGO, 3 DAYS FROM NOW or NOW)";

    /// <summary>The value that the operator takes, which is null for those that take none; false and an error when it is not there.</summary>
    public static bool TryRead(TextCursor cursor, FieldOperator @operator, FieldType type, out Operand? operand)
    {
        operand = null;
        if (TestReader.IsWithoutValue(@operator)) return true;
        var positive = @operator.OppositeOf() ?? @operator;
        operand = positive switch
        {
            FieldOperator.In => List(cursor, type),
            FieldOperator.WithinLast => DurationWords.Read(cursor) is { } duration ? new DurationOperand(duration) : null,
            _ => Single(cursor, positive, type),
        };
        return operand is not null;
    }

    public static void Write(StringBuilder text, Operand operand)
    {
        switch (operand)
        {
            case TextOperand single:
                Quote(text, single.Text);
                break;
            case NumberOperand number:
                text.Append(number.Number.ToString());
                break;
            case TruthOperand truth:
                text.Append(truth.Truth ? "TRUE" : "FALSE");
                break;
            case DateOperand date:
                Quote(text, DateText.Of(date.Instant));
                break;
            case RelativeDateOperand date when date.Offset == TimeSpan.Zero:
                text.Append("NOW");
                break;
            case RelativeDateOperand date:
                text.Append(DurationWords.Of(date.Offset.Duration())).Append(date.Offset < TimeSpan.Zero ? " AGO" : " FROM NOW");
                break;
            case DurationOperand duration:
                text.Append(DurationWords.Of(duration.Duration));
                break;
            case ListOperand list:
                text.Append('(');
                for (var i = 0; i < list.Items.Count; i++)
                {
                    if (i > 0) text.Append(", ");
                    Write(text, list.Items[i]);
                }

                text.Append(')');
                break;
            default:
                throw new ArgumentException($"{operand} has no spelling.", nameof(operand));
        }
    }

    /// <summary>In single quotes, which are doubled inside.</summary>
    public static void Quote(StringBuilder text, string value) => text.Append('\'').Append(value.Replace("'", "''", StringComparison.Ordinal)).Append('\'');

    private static ListOperand? List(TextCursor cursor, FieldType type)
    {
        if (!cursor.NeedSymbol("(", "a list of values in brackets")) return null;
        var items = new List<Operand>();
        if (cursor.TakeSymbol(")")) return new ListOperand([]);
        do
        {
            if (items.Count == SegmentLimits.ListValuesMax)
            {
                cursor.Fail($"at most {SegmentLimits.ListValuesMax} values");
                return null;
            }

            if (Single(cursor, FieldOperator.Equal, type) is not { } item) return null;
            items.Add(item);
        }
        while (cursor.TakeSymbol(","));
        return cursor.NeedSymbol(")", ", or )") ? new ListOperand([.. items]) : null;
    }

    private static Operand? Single(TextCursor cursor, FieldOperator @operator, FieldType type)
    {
        var at = cursor.Current;
        if (Value(cursor, @operator, type, out var isRelative) is not { } value) return null;
        var errors = new ReadingErrors();
        var operand = TestReader.Operand(@operator, type, value, "where", errors);
        if (operand is not null && isRelative == operand is RelativeDateOperand) return operand;
        cursor.Fail(at, operand is null ? Expected(errors.First!.Message, @operator, type) : Choice(@operator, type));
        return null;
    }

    // As the JSON spelling has it.
    private static JsonElement? Value(TextCursor cursor, FieldOperator @operator, FieldType type, out bool isRelative)
    {
        isRelative = false;
        var at = cursor.Current;
        if (at.Kind == TextTokenKind.Text)
        {
            cursor.Take();
            isRelative = DurationText.TryParseOffset(at.Text, out _) && TakesDate(@operator, type);
            return JsonSerializer.SerializeToElement(at.Text);
        }

        if (cursor.Is("NOW")) return Relative(cursor, "+0d", out isRelative);
        if (cursor.Is("TRUE") || cursor.Is("FALSE")) return JsonSerializer.SerializeToElement(cursor.Take("TRUE") || !cursor.Take("FALSE"));
        if (at.Kind != TextTokenKind.Number)
        {
            cursor.Fail(Choice(@operator, type));
            return null;
        }

        cursor.Take();
        if (DurationWords.TakeUnit(cursor) is not { } unit) return Number(at.Text);
        var sign = cursor.Is("AGO") ? "-" : "+";
        if (cursor.Take("AGO") || (cursor.Take("FROM") && cursor.Is("NOW")))
        {
            var offset = $"{sign}{at.Text}{unit}";
            if (!DurationText.TryParseOffset(offset, out _))
            {
                cursor.Fail(at, $"a whole number that is at most {SegmentLimits.WindowDaysMax} days");
                return null;
            }

            isRelative = true;
            if (sign == "+") cursor.Take("NOW");
            return JsonSerializer.SerializeToElement(offset);
        }

        cursor.Fail("AGO or FROM NOW");
        return null;
    }

    private static JsonElement Relative(TextCursor cursor, string offset, out bool isRelative)
    {
        cursor.Take();
        isRelative = true;
        return JsonSerializer.SerializeToElement(offset);
    }

    private static JsonElement Number(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    private static bool TakesDate(FieldOperator @operator, FieldType type) => type == FieldType.Date
        || @operator is FieldOperator.Before or FieldOperator.After
        || (type == FieldType.Any && @operator is FieldOperator.Greater or FieldOperator.GreaterOrEqual or FieldOperator.Less or FieldOperator.LessOrEqual);

    // Where a value is of the right kind, the reader's own words say more: how long it may be, what is wrong with a pattern.
    private static string Expected(string message, FieldOperator @operator, FieldType type) =>
        TakesDate(@operator, type) || message is "expected a text" or "expected a number" ? Choice(@operator, type) : message["expected ".Length..];

    private static string Choice(FieldOperator @operator, FieldType type) => (TakesDate(@operator, type), type) switch
    {
        (true, FieldType.Any) when @operator is not (FieldOperator.Before or FieldOperator.After) => $"a number, a text in single quotes, or {DateForm}",
        (true, _) => DateForm,
        (_, FieldType.Number) => "a number",
        (_, FieldType.Text) => "a text in single quotes",
        _ when @operator is FieldOperator.StartsWith or FieldOperator.EndsWith or FieldOperator.Matches => "a text in single quotes",
        _ => "a text in single quotes, a number, TRUE or FALSE",
    };
}
