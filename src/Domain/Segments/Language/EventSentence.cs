using System.Globalization;
using System.Text;

namespace CdpPipeline.Domain.Segments;

/// <summary>Says an event condition: <c>they did "Order Completed" (where total is at least 50) at least 2 times in the last 30 days</c>.</summary>
internal static class EventSentence
{
    /// <summary>With another count in its place, so that the opposite can be said too.</summary>
    public static void Write(StringBuilder text, EventCondition condition, EventCount count)
    {
        var isNever = count is { Operator: CountOperator.Less, Number: 1 } or { Operator: CountOperator.LessOrEqual or CountOperator.Equal, Number: 0 };
        var isOnce = count == EventCount.AtLeastOnce || count is { Operator: CountOperator.Greater or CountOperator.NotEqual, Number: 0 };
        text.Append(!isNever ? "they did " : condition.Within is null ? "they never did " : "they did not do ");
        if (condition.Event == EventCondition.AnyEvent) text.Append(isNever ? "any event" : isOnce ? "some event" : "events of any name");
        else ValueSentence.Quote(text, condition.Event);
        for (var i = 0; i < condition.Where.Count; i++)
        {
            var test = condition.Where[i];
            text.Append(i == 0 ? " (where " : " and ");
            ValueSentence.Path(text, test.Property.ToString());
            FieldSentence.WriteTest(text, test.Operator.OppositeOf() ?? test.Operator, test.Value, test.Operator.OppositeOf() is not null, canBeMissing: true, now: "the event's time");
        }

        if (condition.Where.Count > 0) text.Append(')');
        if (!isNever && !isOnce) text.Append(CultureInfo.InvariantCulture, $" {Often(count.Operator)} {count.Number} {(count.Number == 1 ? "time" : "times")}");
        if (condition.Within is { } within) text.Append(" in the last ").Append(ValueSentence.Of(within));
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
