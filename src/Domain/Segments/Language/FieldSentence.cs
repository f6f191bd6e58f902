using System.Text;

namespace CdpPipeline.Domain.Segments;

/// <summary>Says a field condition: <c>their plan is "pro"</c>.</summary>
internal static class FieldSentence
{
    /// <summary>The condition, or what holds exactly when it does not.</summary>
    public static void Write(StringBuilder text, FieldCondition condition, bool isOpposite)
    {
        var positive = condition.Operator.OppositeOf();
        var isNegated = positive is not null != isOpposite;
        var @operator = positive ?? condition.Operator;
        if (condition.Field.Kind is FieldKind.AnonymousId or FieldKind.GroupTrait)
        {
            WriteOneOfMany(text, condition.Field, @operator, condition.Value, isNegated);
            return;
        }

        text.Append("their ");
        WriteName(text, condition.Field);
        var canBeMissing = condition.Field.Type != FieldType.Number && condition.Field.Kind != FieldKind.CreatedAt;
        WriteTest(text, @operator, condition.Value, isNegated, canBeMissing, now: "now");
    }

    /// <summary>A positive operator with its value, or what is so when it does not hold. Dates are relative to <paramref name="now"/>.</summary>
    public static void WriteTest(StringBuilder text, FieldOperator @operator, Operand? value, bool isNegated, bool canBeMissing, string now)
    {
        text.Append(isNegated ? Negative(@operator, value) : Positive(@operator, value));
        if (value is not null)
        {
            text.Append(' ');
            ValueSentence.Write(text, value, now);
        }

        if (isNegated && canBeMissing && @operator != FieldOperator.Exists) text.Append(" (or is not set)");
    }

    private static void WriteOneOfMany(StringBuilder text, SegmentField field, FieldOperator @operator, Operand? value, bool isNegated)
    {
        text.Append(isNegated ? "none of their " : "one of their ");
        if (field.Kind == FieldKind.AnonymousId)
        {
            text.Append("anonymous ids");
        }
        else
        {
            text.Append("groups' values of ");
            ValueSentence.Path(text, field.Path!.ToString());
        }

        WriteTest(text, @operator, value, isNegated: false, canBeMissing: false, now: "now");
    }

    private static void WriteName(StringBuilder text, SegmentField field)
    {
        if (field.Kind == FieldKind.Trait)
        {
            text.Append("trait ");
            ValueSentence.Path(text, field.Path!.ToString());
            return;
        }

        if (field.Kind == FieldKind.Consent)
        {
            text.Append("consent to ");
            ValueSentence.Path(text, field.Path!.ToString());
            return;
        }

        text.Append(field.Kind switch
        {
            FieldKind.Email => "email",
            FieldKind.UserId => "userId",
            FieldKind.Phone => "phone",
            FieldKind.CreatedAt => "time of creation",
            FieldKind.FirstSeen => "first event's time",
            FieldKind.LastSeen => "last event's time",
            FieldKind.EventCount => "number of events",
            FieldKind.PageViews => "number of page views",
            _ => "number of conversions",
        });
    }

    private static string Positive(FieldOperator @operator, Operand? value) => @operator switch
    {
        FieldOperator.Equal => " is",
        FieldOperator.Greater => value is NumberOperand ? " is more than" : " is after",
        FieldOperator.GreaterOrEqual => value is NumberOperand ? " is at least" : " is at or after",
        FieldOperator.Less => value is NumberOperand ? " is less than" : " is before",
        FieldOperator.LessOrEqual => value is NumberOperand ? " is at most" : " is at or before",
        FieldOperator.Contains => " contains",
        FieldOperator.StartsWith => " starts with",
        FieldOperator.EndsWith => " ends with",
        FieldOperator.In => " is one of",
        FieldOperator.Exists => " is set",
        FieldOperator.Matches => " matches the pattern",
        FieldOperator.Before => " is before",
        FieldOperator.After => " is after",
        FieldOperator.WithinLast => " is within the last",
        FieldOperator.IsTrue => " is true",
        _ => " is false",
    };

    private static string Negative(FieldOperator @operator, Operand? value) => @operator switch
    {
        FieldOperator.Contains => " does not contain",
        FieldOperator.StartsWith => " does not start with",
        FieldOperator.EndsWith => " does not end with",
        FieldOperator.In => " is none of",
        FieldOperator.Matches => " does not match the pattern",
        _ => Positive(@operator, value).Replace(" is", " is not", StringComparison.Ordinal),
    };
}
