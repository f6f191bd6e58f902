using System.Globalization;

namespace CdpPipeline.Domain.Segments;

/// <summary>Reads and writes lengths of time: a whole number with a unit (<c>90s</c>, <c>30m</c>, <c>12h</c>, <c>7d</c>, <c>4w</c>), and offsets from now (<c>-7d</c>).</summary>
internal static class DurationText
{
    /// <summary>What is expected, for messages.</summary>
    public const string Form = "a duration such as \"30m\", \"12h\", \"7d\" or \"4w\"";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(SegmentLimits.WindowDaysMax);

    /// <summary>False unless it is a duration longer than nothing and not beyond <see cref="SegmentLimits.WindowDaysMax"/>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration) => TryParseAny(text, out duration) && duration > TimeSpan.Zero;

    /// <summary>As <see cref="TryParse"/>, but it may be nothing.</summary>
    public static bool TryParseAge(ReadOnlySpan<char> text, out TimeSpan age) => TryParseAny(text, out age);

    /// <summary>A sign and a duration, which may be nothing.</summary>
    public static bool TryParseOffset(ReadOnlySpan<char> text, out TimeSpan offset)
    {
        offset = default;
        if (text.Length < 3 || text[0] is not ('-' or '+') || !TryParseAny(text[1..], out var duration)) return false;
        offset = text[0] == '-' ? -duration : duration;
        return true;
    }

    /// <summary>The canonical spelling: in the largest of days, hours, minutes and seconds that has no rest. Throws for parts of a second.</summary>
    public static string Of(TimeSpan duration)
    {
        if (duration.Ticks % TimeSpan.TicksPerSecond != 0) throw new ArgumentException($"{duration} is not whole seconds.", nameof(duration));
        var seconds = duration.Ticks / TimeSpan.TicksPerSecond;
        var (length, unit) = seconds % 86_400 == 0 ? (86_400, 'd')
            : seconds % 3_600 == 0 ? (3_600, 'h')
            : seconds % 60 == 0 ? (60, 'm')
            : (1, 's');
        return string.Create(CultureInfo.InvariantCulture, $"{seconds / length}{unit}");
    }

    /// <summary>The canonical spelling of an offset, with its sign.</summary>
    public static string OfOffset(TimeSpan offset) => (offset < TimeSpan.Zero ? "-" : "+") + Of(offset.Duration());

    private static bool TryParseAny(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length < 2 || !int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        long? seconds = text[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => null,
        };
        if (seconds is not { } unit || number * unit > (long)Longest.TotalSeconds) return false;
        duration = TimeSpan.FromSeconds(number * unit);
        return true;
    }
}
