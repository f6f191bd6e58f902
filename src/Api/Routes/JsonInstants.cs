using System.Globalization;
using System.Text.Json;

namespace CdpPipeline.Api.Routes;

/// <summary>Writes times as RFC 3339 in UTC, with milliseconds, or with microseconds where there are any.</summary>
internal static class JsonInstants
{
    private const string Millis = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const string Micros = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    public static void WriteInstant(this Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? instant)
    {
        if (instant is not { } at)
        {
            json.WriteNull(name);
            return;
        }

        Span<byte> text = stackalloc byte[32];
        var utc = at.UtcDateTime;
        var isWhole = utc.Ticks / TimeSpan.TicksPerMicrosecond % 1000 == 0;
        utc.TryFormat(text, out var length, isWhole ? Millis : Micros, CultureInfo.InvariantCulture);
        json.WriteString(name, text[..length]);
    }
}
