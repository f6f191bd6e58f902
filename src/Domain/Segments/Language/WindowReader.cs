using System.Text.Json;

namespace CdpPipeline.Domain.Segments;

/// <summary>Reads the window in which events count.</summary>
internal static class WindowReader
{
    /// <summary>Null where there is none; false and an error when it is not right.</summary>
    public static bool TryReadWithin(JsonObject node, ReadingErrors errors, out TimeSpan? within)
    {
        within = null;
        if (node.Find("within") is not { } value) return true;
        if (value.ValueKind == JsonValueKind.String && DurationText.TryParse(JsonObject.TextOf(value), out var duration)) within = duration;
        else errors.Add<object>($"{node.Path}.within", $"expected {DurationText.Form}, at most {SegmentLimits.WindowDaysMax} days");
        return within is not null;
    }

    /// <inheritdoc cref="TryReadWithin"/>
    public static bool TryReadBetween(JsonObject node, ReadingErrors errors, out AgeRange? between)
    {
        between = null;
        if (node.Find("between") is not { } value) return true;
        var ages = JsonObject.Read(value, $"{node.Path}.between", "an object with from and to", errors);
        if (ages is null || !ages.HasOnly(errors, "from", "to")) return false;
        if (Age(ages, "from", errors) is not { } from || Age(ages, "to", errors) is not { } to) return false;
        if (from >= to) between = new AgeRange(from, to);
        else errors.Add<object>(ages.Path, "expected from to be at least to");
        return between is not null;
    }

    private static TimeSpan? Age(JsonObject ages, string name, ReadingErrors errors)
    {
        if (ages.Find(name) is { ValueKind: JsonValueKind.String } value && DurationText.TryParseAge(JsonObject.TextOf(value), out var age)) return age;
        errors.Add<object>($"{ages.Path}.{name}", $"expected {DurationText.Form}, at most {SegmentLimits.WindowDaysMax} days");
        return null;
    }
}
