using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.ComputedTraits;

/// <summary>Makes values out of what is kept, as canonical JSON: equal values have equal texts. Pure.</summary>
internal static class TraitValues
{
    private const long Billion = 1_000_000_000;

    /// <summary>The function's value over all these items together; null where there is none.</summary>
    public static string? Of(TraitFunction function, ReadOnlySpan<TraitItem> settled, ReadOnlySpan<TraitItem> items)
    {
        if (settled.Length + items.Length == 0)
            return function switch
            {
                TraitFunction.Count or TraitFunction.Sum or TraitFunction.UniqueCount => "0",
                TraitFunction.UniqueList => "[]",
                _ => null,
            };
        TraitItem[] all = [.. settled, .. items];
        return function switch
        {
            TraitFunction.Count => all.Sum(item => item.Count).ToString(CultureInfo.InvariantCulture),
            TraitFunction.Sum => Text(Sum(all)),
            TraitFunction.Average => Text(Divide(Sum(all), all.Sum(item => item.Count))),
            TraitFunction.Minimum => Text(all.Min(item => item.Amount)),
            TraitFunction.Maximum => Text(all.Max(item => item.Amount)),
            TraitFunction.First => all.Min().Value,
            TraitFunction.Last => all.Max().Value,
            TraitFunction.MostFrequent => MostFrequent(all),
            TraitFunction.UniqueList => List(all),
            _ => all.Select(item => item.Amount).Distinct().Count().ToString(CultureInfo.InvariantCulture),
        };
    }

    /// <summary>A text, a number (1 and 1.0 are one) or a truth as canonical JSON; null for anything else, and for a text that is too long.</summary>
    public static string? Scalar(JsonElement element)
    {
        var value = FieldValue.Of(element);
        return value.Kind switch
        {
            ValueKind.Text when value.Text!.Length <= ComputedTraitLimits.ValueLengthMax => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value.Text)}\"",
            ValueKind.Number when value.Number.IsFinite => value.Number.ToString(),
            ValueKind.True => "true",
            ValueKind.False => "false",
            _ => null,
        };
    }

    private static Int128 Sum(TraitItem[] items)
    {
        Int128 sum = 0;
        foreach (var item in items) sum += item.Amount;
        return sum;
    }

    // The middle to even.
    private static Int128 Divide(Int128 sum, long number)
    {
        var (quotient, rest) = Int128.DivRem(sum, number);
        var twice = Int128.Abs(rest) * 2;
        return twice > number || (twice == number && quotient % 2 != 0) ? quotient + Int128.Sign(sum) : quotient;
    }

    // Billionths, written out by hand: a decimal has too few digits for some.
    private static string Text(Int128 amount)
    {
        var magnitude = Int128.Abs(amount);
        var fraction = ((long)(magnitude % Billion)).ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        var whole = (magnitude / Billion).ToString(CultureInfo.InvariantCulture);
        return $"{(amount < 0 ? "-" : "")}{whole}{(fraction.Length > 0 ? "." : "")}{fraction}";
    }

    private static string? MostFrequent(TraitItem[] items)
    {
        var values = new Dictionary<string, TraitItem>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            values[item.Value!] = values.TryGetValue(item.Value!, out var known)
                ? (known.CompareTo(item) >= 0 ? known : item) with { Count = known.Count + item.Count }
                : item;
        }

        TraitItem? best = null;
        foreach (var value in values.Values)
        {
            if (best is not { } before || value.Count > before.Count || (value.Count == before.Count && value.CompareTo(before) > 0)) best = value;
        }

        return best?.Value;
    }

    private static string List(TraitItem[] items)
    {
        Array.Sort(items, static (a, b) => b.CompareTo(a));
        return $"[{string.Join(',', items.Select(item => item.Value).Distinct(StringComparer.Ordinal).Take(ComputedTraitLimits.ListValuesMax))}]";
    }
}
