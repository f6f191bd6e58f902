namespace CdpPipeline.Domain.Segments;

/// <summary>How a field's value is compared. A negated operator is exactly the opposite of its positive one, also for a missing field.</summary>
public enum FieldOperator
{
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,

    /// <summary>A text holds another; a list has a member.</summary>
    Contains,
    NotContains,
    StartsWith,
    EndsWith,
    In,
    NotIn,
    Exists,
    NotExists,

    /// <summary>Somewhere in the text, by a regular expression of linear time.</summary>
    Matches,
    Before,
    After,

    /// <summary>From the duration before now until now, both ends included.</summary>
    WithinLast,
    NotWithinLast,
    IsTrue,
    IsFalse,
}

/// <summary>The spellings of the operators, and which is the opposite of which.</summary>
public static class FieldOperators
{
    private static readonly (string Text, FieldOperator Operator)[] Spellings =
    [
        ("eq", FieldOperator.Equal),
        ("neq", FieldOperator.NotEqual),
        ("gt", FieldOperator.Greater),
        ("gte", FieldOperator.GreaterOrEqual),
        ("lt", FieldOperator.Less),
        ("lte", FieldOperator.LessOrEqual),
        ("contains", FieldOperator.Contains),
        ("not_contains", FieldOperator.NotContains),
        ("starts_with", FieldOperator.StartsWith),
        ("ends_with", FieldOperator.EndsWith),
        ("in", FieldOperator.In),
        ("not_in", FieldOperator.NotIn),
        ("exists", FieldOperator.Exists),
        ("not_exists", FieldOperator.NotExists),
        ("matches", FieldOperator.Matches),
        ("before", FieldOperator.Before),
        ("after", FieldOperator.After),
        ("within_last", FieldOperator.WithinLast),
        ("not_within_last", FieldOperator.NotWithinLast),
        ("is_true", FieldOperator.IsTrue),
        ("is_false", FieldOperator.IsFalse),
    ];

    /// <summary>All spellings, for messages.</summary>
    public static string Choice { get; } = string.Join(", ", Spellings.Select(each => each.Text));

    public static string Text(this FieldOperator @operator) => Spellings[(int)@operator].Text;

    /// <summary>Null for an unknown spelling.</summary>
    public static FieldOperator? Parse(string text)
    {
        foreach (var each in Spellings)
        {
            if (each.Text == text) return each.Operator;
        }

        return null;
    }

    /// <summary>The operator whose opposite this one is; null for an operator that is nobody's opposite.</summary>
    public static FieldOperator? OppositeOf(this FieldOperator @operator) => @operator switch
    {
        FieldOperator.NotEqual => FieldOperator.Equal,
        FieldOperator.NotContains => FieldOperator.Contains,
        FieldOperator.NotIn => FieldOperator.In,
        FieldOperator.NotExists => FieldOperator.Exists,
        FieldOperator.NotWithinLast => FieldOperator.WithinLast,
        _ => null,
    };
}
