namespace CdpPipeline.Domain.Segments;

/// <summary>The operators of the SQL-like text. A word may be a keyword or a symbol.</summary>
internal static class OperatorWords
{
    // The first spelling of an operator is its canonical one.
    private static readonly (FieldOperator Operator, string[] Words)[] Spellings =
    [
        (FieldOperator.Equal, ["="]),
        (FieldOperator.NotEqual, ["!="]),
        (FieldOperator.NotEqual, ["<>"]),
        (FieldOperator.Greater, [">"]),
        (FieldOperator.GreaterOrEqual, [">="]),
        (FieldOperator.Less, ["<"]),
        (FieldOperator.LessOrEqual, ["<="]),
        (FieldOperator.In, ["IN"]),
        (FieldOperator.NotIn, ["NOT", "IN"]),
        (FieldOperator.Contains, ["CONTAINS"]),
        (FieldOperator.NotContains, ["NOT", "CONTAINS"]),
        (FieldOperator.StartsWith, ["STARTS", "WITH"]),
        (FieldOperator.EndsWith, ["ENDS", "WITH"]),
        (FieldOperator.Matches, ["MATCHES"]),
        (FieldOperator.Exists, ["EXISTS"]),
        (FieldOperator.NotExists, ["NOT", "EXISTS"]),
        (FieldOperator.IsTrue, ["IS", "TRUE"]),
        (FieldOperator.IsFalse, ["IS", "FALSE"]),
        (FieldOperator.Before, ["BEFORE"]),
        (FieldOperator.After, ["AFTER"]),
        (FieldOperator.WithinLast, ["WITHIN", "LAST"]),
        (FieldOperator.NotWithinLast, ["NOT", "WITHIN", "LAST"]),
    ];

    public static string Of(FieldOperator @operator) => string.Join(' ', Array.Find(Spellings, each => each.Operator == @operator).Words);

    /// <summary>Null and an error unless one is there that suits the type.</summary>
    public static FieldOperator? Read(TextCursor cursor, FieldType type)
    {
        var at = cursor.Current;
        var open = Spellings.AsEnumerable();
        for (var word = 0; ; word++)
        {
            var place = word;
            var going = open.Where(each => each.Words.Length > place && IsAt(cursor, each.Words[place])).ToList();
            if (going.Count > 0)
            {
                cursor.Take();
                open = going;
            }
            else if (word > 0 && open.Where(each => each.Words.Length == place).Select(each => (FieldOperator?)each.Operator).FirstOrDefault() is { } found)
            {
                if (TestReader.Suits(found, type)) return found;
                cursor.Fail(at, $"an operator that suits a {type.ToString().ToLowerInvariant()}: {Choice(type)}");
                return null;
            }
            else
            {
                cursor.Fail(word == 0 ? $"an operator: {Choice(type)}" : string.Join(" or ", open.Select(each => each.Words[place]).Distinct()));
                return null;
            }
        }
    }

    /// <summary>One of those that compare numbers; null and an error when there is none.</summary>
    public static CountOperator? ReadComparison(TextCursor cursor)
    {
        foreach (var (@operator, words) in Spellings)
        {
            if (Enum.IsDefined((CountOperator)@operator) && cursor.TakeSymbol(words[0])) return (CountOperator)@operator;
        }

        cursor.Fail("an operator: =, !=, >, >=, <, <=");
        return null;
    }

    private static bool IsAt(TextCursor cursor, string word) => char.IsLetter(word[0]) ? cursor.Is(word) : cursor.IsSymbol(word);

    private static string Choice(FieldType type) =>
        string.Join(", ", Spellings.Where(each => each.Words[0] != "<>" && TestReader.Suits(each.Operator, type)).Select(each => string.Join(' ', each.Words)));
}
