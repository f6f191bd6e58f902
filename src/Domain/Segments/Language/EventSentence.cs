using System.Globalization;
using System.Text;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Says an event condition: <c>they did "Order Completed" (where total is at least 50) at least 2 times in the last 30 days</c>. What must follow
/// an event stands in brackets after it: <c>they did "Viewed" (followed within 1 hour by "Ordered")</c>.
/// </summary>
internal static class EventSentence
{
    /// <summary>The condition, or what holds exactly when it does not.</summary>
    public static void Write(StringBuilder text, EventCondition condition, bool isOpposite)
    {
        if (condition.Aggregate is { } aggregate) AggregateSentence.Write(text, condition, aggregate, isOpposite);
        else WriteCount(text, condition, isOpposite ? condition.Count with { Operator = Opposite(condition.Count.Operator) } : condition.Count);
    }

    /// <summary>What an event must be like to count, in brackets, after its name.</summary>
    public static void WriteDetails(StringBuilder text, ValueList<PropertyCondition> where, SequenceStep? then)
    {
        if (where.Count == 0 && then is null) return;
        text.Append(" (");
        for (var i = 0; i < where.Count; i++)
        {
            var test = where[i];
            text.Append(i == 0 ? "where " : " and ");
            ValueSentence.Path(text, test.Property.ToString());
            FieldSentence.WriteTest(text, test.Operator.OppositeOf() ?? test.Operator, test.Value, test.Operator.OppositeOf() is not null, canBeMissing: true, now: "the event's time");
        }

        if (then is not null)
        {
            text.Append(where.Count > 0 ? ", followed" : "followed");
            if (then.Within is { } within) text.Append(" within ").Append(ValueSentence.Of(within));
            text.Append(" by ");
            WriteName(text, then.Event, "some event");
            WriteDetails(text, then.Where, then.Then);
        }

        text.Append(')');
    }

    public static void WriteName(StringBuilder text, string name, string any)
    {
        if (name == EventCondition.AnyEvent) text.Append(any);
        else ValueSentence.Quote(text, name);
    }

    public static void WriteWindow(StringBuilder text, EventCondition condition)
    {
        if (condition.Within is { } within) text.Append(" in the last ").Append(ValueSentence.Of(within));
        if (condition.Between is not { } between) return;
        text.Append(" between ").Append(ValueSentence.Of(between.From));
        if (between.To == TimeSpan.Zero) text.Append(" ago and now");
        else text.Append(" and ").Append(ValueSentence.Of(between.To)).Append(" ago");
    }

    /// <summary>The comparison that holds exactly when the other does not.</summary>
    public static CountOperator Opposite(CountOperator @operator) => @operator switch
    {
        CountOperator.Equal => CountOperator.NotEqual,
        CountOperator.NotEqual => CountOperator.Equal,
        CountOperator.Greater => CountOperator.LessOrEqual,
        CountOperator.LessOrEqual => CountOperator.Greater,
        CountOperator.GreaterOrEqual => CountOperator.Less,
        _ => CountOperator.GreaterOrEqual,
    };

    private static void WriteCount(StringBuilder text, EventCondition condition, EventCount count)
    {
        var isNever = count is { Operator: CountOperator.Less, Number: 1 } or { Operator: CountOperator.LessOrEqual or CountOperator.Equal, Number: 0 };
        var isOnce = count == EventCount.AtLeastOnce || count is { Operator: CountOperator.Greater or CountOperator.NotEqual, Number: 0 };
        var isEver = condition.Within is null && condition.Between is null;
        text.Append(!isNever ? "they did " : isEver ? "they never did " : "they did not do ");
        WriteName(text, condition.Event, isNever ? "any event" : isOnce ? "some event" : "events of any name");
        WriteDetails(text, condition.Where, condition.Then);
        if (!isNever && !isOnce) text.Append(CultureInfo.InvariantCulture, $" {Often(count.Operator)} {count.Number} {(count.Number == 1 ? "time" : "times")}");
        WriteWindow(text, condition);
    }

    private static string Often(CountOperator @operator) => @operator switch
    {
        CountOperator.Equal => "exactly",
        CountOperator.NotEqual => "not exactly",
        CountOperator.Greater => "more than",
        CountOperator.GreaterOrEqual => "at least",
        CountOperator.Less => "fewer than",
        _ => "at most",
    };
}
