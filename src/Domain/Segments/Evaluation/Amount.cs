using System.Text.Json;

namespace CdpPipeline.Domain.Segments;

/// <summary>Amounts in whole billionths: what a number of magnitude at most 10^18 is after rounding to nine decimal places, the middle to even.</summary>
internal static class Amount
{
    public const decimal Max = 1_000_000_000_000_000_000m;

    private const int Decimals = 9;
    private const decimal Billion = 1_000_000_000m;

    /// <summary>The value must lie within <see cref="Max"/>.</summary>
    public static Int128 Of(decimal value) => (Int128)(decimal.Round(value, Decimals, MidpointRounding.ToEven) * Billion);

    /// <summary>Null for what is no number, or too large a one.</summary>
    public static Int128? Of(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Number) return null;
        if (value.TryGetDecimal(out var number)) return Math.Abs(number) <= Max ? Of(number) : null;

        // Too large or too small for a decimal.
        return value.TryGetDouble(out var wide) && Math.Abs(wide) < 1 ? 0 : null;
    }

    /// <summary>To be shown: with as many digits as a decimal has.</summary>
    public static decimal ToDecimal(Int128 amount) => (decimal)(amount / (Int128)Billion) + ((decimal)(amount % (Int128)Billion) / Billion);

    /// <summary>Null over nothing.</summary>
    public static decimal? Average(Int128 sum, long number) => number == 0 ? null : ToDecimal(sum) / number;

    /// <summary>Whether an order (negative, 0, positive) is what an operator asks for.</summary>
    public static bool Satisfies(this CountOperator @operator, int order) => @operator switch
    {
        CountOperator.Equal => order == 0,
        CountOperator.NotEqual => order != 0,
        CountOperator.Greater => order > 0,
        CountOperator.GreaterOrEqual => order >= 0,
        CountOperator.Less => order < 0,
        _ => order <= 0,
    };
}
