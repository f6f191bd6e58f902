using System.Text;

namespace CdpPipeline.Domain.Segments;

/// <summary>Reads and writes dotted paths in the SQL-like text; a key that is no word stands in double quotes, which are doubled inside.</summary>
internal static class PathText
{
    private const string Key = "a key; one that is no word stands in double quotes";

    /// <summary>The path with its dots and without its quotes, and its first token; null and an error when there is none.</summary>
    public static string? Read(TextCursor cursor, string expected, out TextToken first)
    {
        first = cursor.Current;
        if (first.Kind == TextTokenKind.Word && TextWords.IsReserved(first.Text)) return Fail(cursor, $"{expected} (a name that is a keyword stands in double quotes)");
        var path = new StringBuilder();
        while (true)
        {
            var key = cursor.Current;
            if (key.Kind is not (TextTokenKind.Word or TextTokenKind.Name)) return Fail(cursor, path.Length == 0 ? expected : Key);
            if (key.Text.Length == 0 || key.Text.Contains('.', StringComparison.Ordinal)) return Fail(cursor, "a key that is not empty and has no dot");
            path.Append(key.Text);
            cursor.Take();
            if (path.Length > SegmentLimits.NameLengthMax)
            {
                cursor.Fail(first, $"at most {SegmentLimits.NameLengthMax} characters");
                return null;
            }

            if (!cursor.TakeSymbol(".")) return path.ToString();
            path.Append('.');
        }
    }

    /// <summary>The path to an event's property; null and an error when there is none.</summary>
    public static PropertyPath? ReadProperty(TextCursor cursor)
    {
        const string Expected = "a property of the event";
        if (Read(cursor, Expected, out var first) is not { } text) return null;
        var path = PropertyPath.Parse(text);
        if (path is null) cursor.Fail(first, Expected);
        return path;
    }

    /// <summary>With quotes only where they are needed.</summary>
    public static void Write(StringBuilder text, string path)
    {
        var isFirst = true;
        foreach (var key in path.Split('.'))
        {
            if (!isFirst) text.Append('.');
            if (TextWords.IsWord(key) && !(isFirst && TextWords.IsReserved(key))) text.Append(key);
            else text.Append('"').Append(key.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
            isFirst = false;
        }
    }

    private static string? Fail(TextCursor cursor, string expected)
    {
        cursor.Fail(expected);
        return null;
    }
}
