using System.Text;

namespace CdpPipeline.Domain.Segments;

/// <summary>Reads and writes the window in which events count in the SQL-like text: <c>WITHIN 7 DAYS</c>, <c>BETWEEN 30 DAYS AND 7 DAYS AGO</c>.</summary>
internal static class WindowText
{
    /// <summary>Null where there is none; false and an error when it is not right.</summary>
    public static bool TryReadWithin(TextCursor cursor, out TimeSpan? within)
    {
        within = null;
        if (!cursor.Take("WITHIN")) return true;
        within = DurationWords.Read(cursor);
        return within is not null;
    }

    /// <inheritdoc cref="TryReadWithin"/>
    public static bool TryReadBetween(TextCursor cursor, out AgeRange? between)
    {
        between = null;
        if (!cursor.Take("BETWEEN")) return true;
        var first = cursor.Current;
        if (DurationWords.ReadAge(cursor) is not { } from) return false;
        var hasAgo = cursor.Take("AGO");
        if (!cursor.Take("AND")) return cursor.Fail(hasAgo ? "AND" : "AND or AGO");
        if (DurationWords.ReadAge(cursor) is not { } to || !cursor.Need("AGO")) return false;
        if (from < to) return cursor.Fail(first, "the greater age first");
        between = new AgeRange(from, to);
        return true;
    }

    /// <summary>With a space before it; nothing where there is no window.</summary>
    public static void Write(StringBuilder text, TimeSpan? within, AgeRange? between)
    {
        if (within is { } length) text.Append(" WITHIN ").Append(DurationWords.Of(length));
        if (between is { } ages) text.Append(" BETWEEN ").Append(DurationWords.Of(ages.From)).Append(" AND ").Append(DurationWords.Of(ages.To)).Append(" AGO");
    }
}
