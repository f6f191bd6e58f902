using System.Globalization;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Reads and writes instants as RFC 3339 spells them (<c>2024-05-01T12:00:00.5Z</c>, <c>…+02:00</c>). Without a zone it is UTC, without a
/// time of day the day's first instant. Parts of a microsecond are cut off.
/// </summary>
internal static class DateText
{
    private static readonly string[] Formats =
    [
        "yyyy-MM-dd",
        "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd'T'HH:mm:ssK",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
    ];

    private const int FractionDigitsMax = 7;

    /// <summary>The instant in microseconds since 1970.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long micros)
    {
        micros = 0;
        // The shortest is a day; the first dash stands after a year of four digits. Most texts are told apart here.
        if (text.Length < 10 || text[4] != '-' || text[7] != '-' || !char.IsAsciiDigit(text[0]) || text.Length > 64) return false;
        Span<char> normal = stackalloc char[text.Length];
        var length = Normalise(text, normal);
        if (length < 0) return false;
        if (!DateTimeOffset.TryParseExact(normal[..length], Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)) return false;
        micros = Events.Instants.ToMicros(instant);
        return true;
    }

    /// <summary>The canonical spelling: in UTC, with a fraction only if there is one.</summary>
    public static string Of(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);

    // RFC 3339 allows small letters, a blank for the T, and any number of digits in a fraction. -1: a fraction without digits.
    private static int Normalise(ReadOnlySpan<char> text, Span<char> normal)
    {
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (i == 10 && c is 't' or ' ') c = 'T';
            else if (i > 10 && c == 'z') c = 'Z';
            normal[length++] = c;
            if (c != '.') continue;
            var from = i + 1;
            while (i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]))
            {
                i++;
                if (i - from < FractionDigitsMax) normal[length++] = text[i];
            }

            if (i < from) return -1;
        }

        return length;
    }
}
