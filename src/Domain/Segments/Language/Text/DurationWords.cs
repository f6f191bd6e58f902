using System.Globalization;

namespace CdpPipeline.Domain.Segments;

/// <summary>Lengths of time in words: <c>7 DAYS</c>, <c>1 HOUR</c>; weeks are read and written as days.</summary>
internal static class DurationWords
{
    public const string Units = "DAYS, HOURS, MINUTES, WEEKS or SECONDS";

    private static readonly (string One, string Many, char Unit)[] Words =
        [("SECOND", "SECONDS", 's'), ("MINUTE", "MINUTES", 'm'), ("HOUR", "HOURS", 'h'), ("DAY", "DAYS", 'd'), ("WEEK", "WEEKS", 'w')];

    /// <summary>A length that is not nothing; null and an error otherwise.</summary>
    public static TimeSpan? Read(TextCursor cursor) => Read(cursor, canBeNothing: false);

    /// <summary>A length that may be nothing; null and an error otherwise.</summary>
    public static TimeSpan? ReadAge(TextCursor cursor) => Read(cursor, canBeNothing: true);

    /// <summary>The letter of a unit, if there is one; else null.</summary>
    public static char? TakeUnit(TextCursor cursor)
    {
        foreach (var (one, many, unit) in Words)
        {
            if (cursor.Take(many) || cursor.Take(one)) return unit;
        }

        return null;
    }

    /// <summary>In the largest of days, hours, minutes and seconds that has no rest.</summary>
    public static string Of(TimeSpan duration)
    {
        var text = DurationText.Of(duration);
        var (one, many, _) = Array.Find(Words, each => each.Unit == text[^1]);
        return string.Create(CultureInfo.InvariantCulture, $"{text[..^1]} {(text[..^1] == "1" ? one : many)}");
    }

    private static TimeSpan? Read(TextCursor cursor, bool canBeNothing)
    {
        var number = cursor.Current;
        if (number.Kind != TextTokenKind.Number) return Fail(cursor, number, $"a whole number of {Units}");
        cursor.Take();
        if (TakeUnit(cursor) is not { } unit) return Fail(cursor, cursor.Current, Units);
        return DurationText.TryParseAge(number.Text + unit, out var duration) && (canBeNothing || duration > TimeSpan.Zero)
            ? duration
            : Fail(cursor, number, $"a whole number{(canBeNothing ? "" : " above 0")} that is at most {SegmentLimits.WindowDaysMax} days");
    }

    private static TimeSpan? Fail(TextCursor cursor, in TextToken at, string expected)
    {
        cursor.Fail(at, expected);
        return null;
    }
}
