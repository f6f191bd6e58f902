using System.Collections.Frozen;

namespace CdpPipeline.Domain.Segments;

/// <summary>The words of the SQL-like text: what may stand without quotes, and which are keywords.</summary>
internal static class TextWords
{
    // Those that may follow where a property's name could stand, and that a reader could take for the next part of a condition.
    private static readonly FrozenSet<string> Reserved = FrozenSet.ToFrozenSet(
        [
            "AFTER", "AGO", "ALL", "AND", "ANY", "AT", "BEFORE", "BETWEEN", "CONTAINS", "ENDS", "EXACTLY", "EXISTS", "FALSE", "IN", "IS", "LESS",
            "MATCHES", "MORE", "NOT", "NOW", "OR", "STARTS", "THEN", "TRUE", "WHERE", "WITHIN",
        ],
        StringComparer.OrdinalIgnoreCase);

    public static bool IsStart(char c) => c == '_' || char.IsLetter(c);

    public static bool IsPart(char c) => c is '_' or '-' or '$' || char.IsLetter(c) || char.IsAsciiDigit(c);

    /// <summary>In any case of letters. A name that is one needs quotes where it stands first.</summary>
    public static bool IsReserved(string word) => Reserved.Contains(word);

    /// <summary>Whether the name is a word as it is.</summary>
    public static bool IsWord(string name) => IsStart(name[0]) && name.All(IsPart);
}
