using System.Globalization;
using System.Text;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Ingest;

namespace CdpPipeline.Api.Routes;

/// <summary>Reads the query parameters that lists share. What cannot be read is a problem that names the parameter.</summary>
internal static class ListQuery
{
    public const int LimitDefault = 50;
    public const int LimitMax = 1_000;

    /// <summary>Longest text to search by or filter by, in UTF-16 characters.</summary>
    public const int TextLengthMax = 512;

    public static Problem? ReadLimit(HttpRequest request, out int limit)
    {
        limit = LimitDefault;
        string? text = request.Query["limit"];
        if (string.IsNullOrEmpty(text)) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= LimitMax
            ? null
            : Problems.InvalidField("limit", $"Expected a whole number from 1 to {LimitMax}.");
    }

    /// <summary>Leaves the place as it is when there is no cursor; <paramref name="isGiven"/> says which.</summary>
    public static Problem? ReadCursor(HttpRequest request, string list, Span<long> place, out bool isGiven)
    {
        string? text = request.Query["cursor"];
        isGiven = !string.IsNullOrEmpty(text);
        return !isGiven || Cursor.TryRead(list, text!, place)
            ? null
            : Problems.InvalidField("cursor", "Expected a nextCursor of this list, unchanged.");
    }

    public static Problem? ReadInstant(HttpRequest request, string name, out DateTimeOffset? instant)
    {
        instant = null;
        string? text = request.Query[name];
        if (string.IsNullOrEmpty(text)) return null;
        if (!InstantText.TryParse(Encoding.UTF8.GetBytes(text), out var read)) return Problems.InvalidField(name, "Expected an RFC 3339 time, such as 2026-01-31T12:00:00Z.");
        instant = read;
        return null;
    }

    /// <summary>Null for an absent or empty text.</summary>
    public static Problem? ReadText(HttpRequest request, string name, out string? text)
    {
        text = request.Query[name];
        if (string.IsNullOrEmpty(text)) text = null;
        if (text is null || (text.Length <= TextLengthMax && !text.Contains('\0', StringComparison.Ordinal))) return null;
        return Problems.InvalidField(name, $"Expected a text of at most {TextLengthMax} characters, none of them NUL.");
    }
}
