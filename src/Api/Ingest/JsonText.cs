using System.Globalization;
using System.Text.Unicode;

namespace CdpPipeline.Api.Ingest;

/// <summary>Judges text in JSON that the tokeniser lets pass: broken UTF-8, lone surrogates, NUL. Pure.</summary>
internal static class JsonText
{
    /// <summary>A body for which this is false needs no look at its single strings.</summary>
    public static bool IsSuspect(ReadOnlySpan<byte> body) => body.IndexOf("\\u"u8) >= 0 || !Utf8.IsValid(body);

    /// <summary>Valid UTF-8, and no <c>\u</c> escape makes a NUL or half a surrogate pair. Takes any part of valid JSON.</summary>
    public static bool IsClean(ReadOnlySpan<byte> json) => Utf8.IsValid(json) && AreEscapesClean(json);

    private static bool AreEscapesClean(ReadOnlySpan<byte> json)
    {
        while (true)
        {
            var backslash = json.IndexOf((byte)'\\');
            if (backslash < 0) return true;
            json = json[backslash..];
            if (!TryUnit(json, out var unit))
            {
                json = json[Math.Min(2, json.Length)..];
                continue;
            }

            json = json[6..];
            if (unit == 0 || char.IsLowSurrogate((char)unit)) return false;
            if (!char.IsHighSurrogate((char)unit)) continue;
            if (!TryUnit(json, out var low) || !char.IsLowSurrogate((char)low)) return false;
            json = json[6..];
        }
    }

    private static bool TryUnit(ReadOnlySpan<byte> json, out ushort unit)
    {
        unit = 0;
        return json.Length >= 6 && json[0] == '\\' && json[1] == 'u'
            && ushort.TryParse(json[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out unit);
    }
}
