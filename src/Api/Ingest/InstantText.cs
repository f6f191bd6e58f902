using System.Globalization;
using System.Text;
using System.Text.Json;
using CdpPipeline.Domain.Events;

namespace CdpPipeline.Api.Ingest;

/// <summary>
/// Reads the times that clients send: RFC 3339 (a space or <c>T</c>, seconds optional), plain dates, and numbers as milliseconds since
/// 1970. Without a zone it is UTC. Cut to whole microseconds. Pure.
/// </summary>
internal static class InstantText
{
    private const double EpochMillisMax = 253_402_300_799_999;
    private const double EpochMillisMin = -62_135_596_800_000;

    public static bool TryRead(JsonSlice slice, ReadOnlySpan<byte> body, out DateTimeOffset instant)
    {
        instant = default;
        return slice.Kind switch
        {
            JsonTokenType.String when slice.IsEscaped =>
                JsonText.IsClean(slice.In(body)) && TryParse(Encoding.UTF8.GetBytes(slice.Text(body)), out instant),
            JsonTokenType.String => TryParse(slice.Content(body), out instant),
            JsonTokenType.Number => TryMillis(slice.In(body), out instant),
            _ => false,
        };
    }

    public static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset instant)
    {
        instant = default;
        if (text.Length < 10 || text[4] != '-' || text[7] != '-'
            || !TryDigits(text[..4], out var year) || !TryDigits(text[5..7], out var month) || !TryDigits(text[8..10], out var day)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        var ticks = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks;
        var rest = text[10..];
        if (rest.Length > 0 && (!TryClock(ref rest, ref ticks) || !TryZone(rest, ref ticks))) return false;
        return TryMake(ticks, out instant);
    }

    private static bool TryClock(ref ReadOnlySpan<byte> rest, ref long ticks)
    {
        if (rest.Length < 6 || rest[0] is not ((byte)'T' or (byte)'t' or (byte)' ') || rest[3] != ':'
            || !TryDigits(rest[1..3], out var hour) || !TryDigits(rest[4..6], out var minute) || hour > 23 || minute > 59) return false;
        ticks += (hour * TimeSpan.TicksPerHour) + (minute * TimeSpan.TicksPerMinute);
        rest = rest[6..];
        if (rest.Length == 0 || rest[0] != ':') return true;

        // RFC 3339 knows the leap second :60; it is the start of the next minute here.
        if (rest.Length < 3 || !TryDigits(rest[1..3], out var second) || second > 60) return false;
        ticks += second * TimeSpan.TicksPerSecond;
        rest = rest[3..];
        if (rest.Length == 0 || rest[0] is not ((byte)'.' or (byte)',')) return true;

        var digits = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits < 0) digits = rest.Length - 1;
        if (digits == 0) return false;
        var unit = TimeSpan.TicksPerSecond / 10;
        foreach (var digit in rest.Slice(1, Math.Min(digits, 7)))
        {
            ticks += (digit - '0') * unit;
            unit /= 10;
        }

        rest = rest[(digits + 1)..];
        return true;
    }

    private static bool TryZone(ReadOnlySpan<byte> rest, ref long ticks)
    {
        if (rest.Length == 0 || (rest.Length == 1 && rest[0] is (byte)'Z' or (byte)'z')) return true;
        if (rest[0] is not ((byte)'+' or (byte)'-') || rest.Length is not (5 or 6)) return false;
        if (rest.Length == 6 && rest[3] != ':') return false;
        if (!TryDigits(rest[1..3], out var hours) || !TryDigits(rest[^2..], out var minutes) || hours > 23 || minutes > 59) return false;
        var offset = (hours * TimeSpan.TicksPerHour) + (minutes * TimeSpan.TicksPerMinute);
        ticks -= rest[0] == '+' ? offset : -offset;
        return true;
    }

    private static bool TryMillis(ReadOnlySpan<byte> number, out DateTimeOffset instant)
    {
        instant = default;
        if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var millis)
            || !(millis is >= EpochMillisMin and <= EpochMillisMax)) return false;
        return TryMake(DateTimeOffset.UnixEpoch.Ticks + (long)(millis * TimeSpan.TicksPerMillisecond), out instant);
    }

    private static bool TryMake(long ticks, out DateTimeOffset instant)
    {
        var isInRange = ticks >= DateTimeOffset.MinValue.Ticks && ticks <= DateTimeOffset.MaxValue.Ticks;
        instant = isInRange ? new DateTimeOffset(ticks, TimeSpan.Zero).Whole() : default;
        return isInRange;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit((char)c)) return false;
            value = (value * 10) + (c - '0');
        }

        return true;
    }
}
