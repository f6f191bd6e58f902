using System.Globalization;
using System.Text;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Reads and writes what is asked of the events that count in the SQL-like text: how many they are (<c>AT LEAST 2 TIMES</c>), or an aggregate
/// of their values (<c>SUM(total) &gt;= 500</c>).
/// </summary>
internal static class AmountText
{
    /// <summary>What may stand there, for messages.</summary>
    public const string Form = "AT LEAST, EXACTLY, AT MOST, MORE THAN, LESS THAN, NOT … TIMES, SUM(…), AVG(…), MIN(…), MAX(…), DISTINCT(…)";

    /// <summary>One of both, or none where nothing is said; false and an error when it is not right.</summary>
    public static bool TryRead(TextCursor cursor, out EventCount? count, out EventAggregate? aggregate)
    {
        count = null;
        aggregate = null;
        if (cursor.Current.Kind == TextTokenKind.Word && AggregateText.Parse(cursor.Current.Text.ToLowerInvariant()) is { } function)
        {
            cursor.Take();
            aggregate = Aggregate(cursor, function);
            return aggregate is not null;
        }

        if (!TryReadCountOperator(cursor, out var spelt)) return false;
        if (spelt is not { } @operator) return true;
        if (cursor.Current.Kind != TextTokenKind.Number
            || !int.TryParse(cursor.Current.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number > SegmentLimits.CountMax) return cursor.Fail($"a whole number from 0 to {SegmentLimits.CountMax}");
        cursor.Take();
        if (!cursor.Take("TIMES") && !cursor.Take("TIME")) return cursor.Fail("TIMES");
        count = new EventCount(@operator, number);
        return true;
    }

    /// <summary>With a space before it; nothing for what is so by default.</summary>
    public static void Write(StringBuilder text, EventCondition condition)
    {
        if (condition.Aggregate is { } aggregate)
        {
            text.Append(' ').Append(AggregateText.Of(aggregate.Function).ToUpperInvariant()).Append('(');
            PathText.Write(text, aggregate.Property.ToString());
            text.Append(CultureInfo.InvariantCulture, $") {OperatorWords.Of((FieldOperator)aggregate.Operator)} {AggregateText.Normal(aggregate.Value)}");
        }
        else if (condition.Count != EventCount.AtLeastOnce)
        {
            text.Append(CultureInfo.InvariantCulture, $" {WordsOf(condition.Count.Operator)} {condition.Count.Number} {(condition.Count.Number == 1 ? "TIME" : "TIMES")}");
        }
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

    private static EventAggregate? Aggregate(TextCursor cursor, AggregateFunction function)
    {
        if (!cursor.NeedSymbol("(") || PathText.ReadProperty(cursor) is not { } property || !cursor.NeedSymbol(")", "a dot or )")) return null;
        if (OperatorWords.ReadComparison(cursor) is not { } @operator) return null;
        if (cursor.Current.Kind == TextTokenKind.Number && AggregateText.TryParse(cursor.Current.Text, function, out var value))
        {
            cursor.Take();
            return new EventAggregate(function, property, @operator, value);
        }

        cursor.Fail(AggregateText.Form(function));
        return null;
    }

    // True and null: no count is there.
    private static bool TryReadCountOperator(TextCursor cursor, out CountOperator? @operator)
    {
        @operator = null;
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

        return true;
    }
}
