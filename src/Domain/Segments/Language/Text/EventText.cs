using System.Globalization;
using System.Text;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Reads and writes event conditions in the SQL-like text: <c>did('Order Completed' WHERE total &gt;= 50 AT LEAST 2 TIMES WITHIN 30 DAYS)</c>.
/// <paramref name="countNode"/> answers false, with an error, for one condition too many.
/// </summary>
internal sealed class EventText(TextCursor cursor, Func<TextToken, bool> countNode)
{
    private const string CountForm = "AT LEAST, EXACTLY, AT MOST, MORE THAN, LESS THAN or NOT … TIMES";

    /// <summary>What follows <c>did</c>; null and an error when it is not right.</summary>
    public EventCondition? Read()
    {
        if (!cursor.NeedSymbol("(")) return null;
        if (cursor.Current is not { Kind: TextTokenKind.Text, Text.Length: > 0 and <= SegmentLimits.NameLengthMax } name)
        {
            cursor.Fail($"the name of an event in single quotes, of 1 to {SegmentLimits.NameLengthMax} characters, or '*' for any");
            return null;
        }

        cursor.Take();
        var where = new List<PropertyCondition>();
        if (cursor.Take("WHERE"))
        {
            do
            {
                if (Property() is not { } test) return null;
                where.Add(test);
            }
            while (cursor.Take("AND"));
        }

        if (!TryReadCount(out var count)) return null;
        TimeSpan? within = null;
        if (cursor.Take("WITHIN"))
        {
            within = DurationWords.Read(cursor);
            if (within is null) return null;
        }

        var rest = within is not null ? ")"
            : count is not null ? "WITHIN or )"
            : where.Count > 0 ? $"AND, {CountForm}, WITHIN or )"
            : $"WHERE, {CountForm}, WITHIN or )";
        if (cursor.Is("BETWEEN") || cursor.Is("THEN"))
        {
            cursor.FailLater(rest);
            return null;
        }

        return cursor.NeedSymbol(")", rest) ? new EventCondition(name.Text) { Where = [.. where], Count = count ?? EventCount.AtLeastOnce, Within = within } : null;
    }

    public static void Write(StringBuilder text, EventCondition condition)
    {
        text.Append("did(");
        ValueText.Quote(text, condition.Event);
        for (var i = 0; i < condition.Where.Count; i++)
        {
            text.Append(i == 0 ? " WHERE " : " AND ");
            PathText.Write(text, condition.Where[i].Property.ToString());
            WriteTest(text, condition.Where[i].Operator, condition.Where[i].Value);
        }

        if (condition.Count != EventCount.AtLeastOnce)
        {
            text.Append(CultureInfo.InvariantCulture, $" {WordsOf(condition.Count.Operator)} {condition.Count.Number} {(condition.Count.Number == 1 ? "TIME" : "TIMES")}");
        }

        if (condition.Within is { } within) text.Append(" WITHIN ").Append(DurationWords.Of(within));
        text.Append(')');
    }

    /// <summary>An operator and its value, after a field or a property.</summary>
    public static void WriteTest(StringBuilder text, FieldOperator @operator, Operand? value)
    {
        text.Append(' ').Append(OperatorWords.Of(@operator));
        if (value is null) return;
        text.Append(' ');
        ValueText.Write(text, value);
    }

    private static string WordsOf(CountOperator @operator) => @operator switch
    {
        CountOperator.GreaterOrEqual => "AT LEAST",
        CountOperator.Equal => "EXACTLY",
        CountOperator.LessOrEqual => "AT MOST",
        CountOperator.Greater => "MORE THAN",
        CountOperator.Less => "LESS THAN",
        _ => "NOT",
    };

    private PropertyCondition? Property()
    {
        if (!countNode(cursor.Current)) return null;
        if (PathText.Read(cursor, "a property of the event", out var first) is not { } text) return null;
        if (PropertyPath.Parse(text) is not { } path)
        {
            cursor.Fail(first, "a property of the event");
            return null;
        }

        if (OperatorWords.Read(cursor, FieldType.Any) is not { } @operator) return null;
        return ValueText.TryRead(cursor, @operator, FieldType.Any, out var value) ? new PropertyCondition(path, @operator, value) : null;
    }

    // True and null: no count is there.
    private bool TryReadCount(out EventCount? count)
    {
        count = null;
        CountOperator @operator;
        if (cursor.Take("AT"))
        {
            if (cursor.Take("LEAST")) @operator = CountOperator.GreaterOrEqual;
            else if (cursor.Take("MOST")) @operator = CountOperator.LessOrEqual;
            else return cursor.Fail("LEAST or MOST");
        }
        else if (cursor.Take("MORE"))
        {
            if (!cursor.Need("THAN")) return false;
            @operator = CountOperator.Greater;
        }
        else if (cursor.Take("LESS"))
        {
            if (!cursor.Need("THAN")) return false;
            @operator = CountOperator.Less;
        }
        else if (cursor.Take("EXACTLY"))
        {
            @operator = CountOperator.Equal;
        }
        else if (cursor.Take("NOT"))
        {
            @operator = CountOperator.NotEqual;
        }
        else
        {
            return true;
        }

        if (cursor.Current.Kind != TextTokenKind.Number
            || !int.TryParse(cursor.Current.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number > SegmentLimits.CountMax) return cursor.Fail($"a whole number from 0 to {SegmentLimits.CountMax}");
        cursor.Take();
        if (!cursor.Take("TIMES") && !cursor.Take("TIME")) return cursor.Fail("TIMES");
        count = new EventCount(@operator, number);
        return true;
    }
}
