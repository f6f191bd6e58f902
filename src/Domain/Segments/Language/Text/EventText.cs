using System.Text;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Reads and writes event conditions in the SQL-like text: <c>did('Order Completed' WHERE total &gt;= 50 AT LEAST 2 TIMES WITHIN 30 DAYS)</c>,
/// with the steps that follow them: <c>did('Viewed' THEN 'Ordered' WITHIN 1 HOUR)</c>. <paramref name="countNode"/> answers false, with an
/// error, for one condition too many.
/// </summary>
internal sealed class EventText(TextCursor cursor, Func<TextToken, bool> countNode)
{
    /// <summary>What follows <c>did</c>; null and an error when it is not right.</summary>
    public EventCondition? Read()
    {
        if (!cursor.NeedSymbol("(") || Name() is not { } name || Where() is not { } where) return null;
        if (!AmountText.TryRead(cursor, out var count, out var aggregate)) return null;
        if (!WindowText.TryReadWithin(cursor, out var within)) return null;
        AgeRange? between = null;
        if (within is null && !WindowText.TryReadBetween(cursor, out between)) return null;
        SequenceStep? then = null;
        if (aggregate is null && !TryReadThen(2, out then)) return null;
        if (then is null)
        {
            var hasAmount = count is not null || aggregate is not null;
            var hasWindow = within is not null || between is not null;
            var rest = Rest(
                hasAmount || hasWindow ? null : where.Count > 0 ? $"AND, {AmountText.Form}" : $"WHERE, {AmountText.Form}",
                hasWindow ? null : "WITHIN, BETWEEN",
                aggregate is null ? "THEN" : null);
            if (!cursor.NeedSymbol(")", rest)) return null;
        }

        return new EventCondition(name) { Where = where, Count = count ?? EventCount.AtLeastOnce, Aggregate = aggregate, Within = within, Between = between, Then = then };
    }

    public static void Write(StringBuilder text, EventCondition condition)
    {
        text.Append("did(");
        WriteEvent(text, condition.Event, condition.Where);
        AmountText.Write(text, condition);
        WindowText.Write(text, condition.Within, condition.Between);
        for (var step = condition.Then; step is not null; step = step.Then)
        {
            text.Append(" THEN ");
            WriteEvent(text, step.Event, step.Where);
            WindowText.Write(text, step.Within, between: null);
        }

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

    private static void WriteEvent(StringBuilder text, string name, ValueList<PropertyCondition> where)
    {
        ValueText.Quote(text, name);
        for (var i = 0; i < where.Count; i++)
        {
            text.Append(i == 0 ? " WHERE " : " AND ");
            PathText.Write(text, where[i].Property.ToString());
            WriteTest(text, where[i].Operator, where[i].Value);
        }
    }

    // What could have stood where the bracket was expected.
    private static string Rest(params IEnumerable<string?> parts) =>
        string.Join(", ", parts.Where(part => part is not null)) is { Length: > 0 } rest ? $"{rest} or )" : ")";

    private string? Name()
    {
        if (cursor.Current is { Kind: TextTokenKind.Text, Text.Length: > 0 and <= SegmentLimits.NameLengthMax }) return cursor.Take().Text;
        cursor.Fail($"the name of an event in single quotes, of 1 to {SegmentLimits.NameLengthMax} characters, or '*' for any");
        return null;
    }

    private ValueList<PropertyCondition>? Where()
    {
        if (!cursor.Take("WHERE")) return [];
        var where = new List<PropertyCondition>();
        do
        {
            if (Property() is not { } test) return null;
            where.Add(test);
        }
        while (cursor.Take("AND"));
        return [.. where];
    }

    private PropertyCondition? Property()
    {
        if (!countNode(cursor.Current) || PathText.ReadProperty(cursor) is not { } path) return null;
        if (OperatorWords.Read(cursor, FieldType.Any) is not { } @operator) return null;
        return ValueText.TryRead(cursor, @operator, FieldType.Any, out var value) ? new PropertyCondition(path, @operator, value) : null;
    }

    // Up to and with the closing bracket, where there is a step. The first of a sequence is not read here.
    private bool TryReadThen(int number, out SequenceStep? then)
    {
        then = null;
        if (!cursor.Is("THEN")) return true;
        if (number > SegmentLimits.SequenceStepsMax) return cursor.Fail($"at most {SegmentLimits.SequenceStepsMax} events in a sequence");
        if (!countNode(cursor.Take())) return false;
        if (Name() is not { } name || Where() is not { } where || !WindowText.TryReadWithin(cursor, out var within)) return false;
        if (!TryReadThen(number + 1, out var next)) return false;
        if (next is null)
        {
            var rest = Rest(within is not null ? null : where.Count > 0 ? "AND, WITHIN" : "WHERE, WITHIN", "THEN");
            if (!cursor.NeedSymbol(")", rest)) return false;
        }

        then = new SequenceStep(name) { Where = where, Within = within, Then = next };
        return true;
    }
}
