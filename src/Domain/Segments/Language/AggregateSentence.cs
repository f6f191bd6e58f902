using System.Globalization;
using System.Text;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Says an event condition that asks for an aggregate: <c>the sum of total over their "Order" events in the last 90 days is at least 500</c>.
/// Where no values satisfy no comparison, the opposite says that it covers them.
/// </summary>
internal static class AggregateSentence
{
    /// <summary>The condition, or what holds exactly when it does not.</summary>
    public static void Write(StringBuilder text, EventCondition condition, EventAggregate aggregate, bool isOpposite)
    {
        text.Append("the ").Append(NameOf(aggregate.Function)).Append(" of ");
        ValueSentence.Path(text, aggregate.Property.ToString());
        text.Append(" over their ");
        if (condition.Event == EventCondition.AnyEvent)
        {
            text.Append("events of any name");
        }
        else
        {
            ValueSentence.Quote(text, condition.Event);
            text.Append(" events");
        }

        EventSentence.WriteDetails(text, condition.Where, then: null);
        EventSentence.WriteWindow(text, condition);
        var @operator = isOpposite ? EventSentence.Opposite(aggregate.Operator) : aggregate.Operator;
        text.Append(CultureInfo.InvariantCulture, $" is {Comparison(@operator)}{AggregateText.Normal(aggregate.Value)}");
        if (isOpposite && aggregate.Function is not (AggregateFunction.Sum or AggregateFunction.Distinct)) text.Append(" (or there are no values)");
    }

    private static string NameOf(AggregateFunction function) => function switch
    {
        AggregateFunction.Sum => "sum",
        AggregateFunction.Average => "average",
        AggregateFunction.Minimum => "smallest value",
        AggregateFunction.Maximum => "greatest value",
        _ => "number of different values",
    };

    private static string Comparison(CountOperator @operator) => @operator switch
    {
        CountOperator.Equal => "",
        CountOperator.NotEqual => "not ",
        CountOperator.Greater => "more than ",
        CountOperator.GreaterOrEqual => "at least ",
        CountOperator.Less => "less than ",
        _ => "at most ",
    };
}
