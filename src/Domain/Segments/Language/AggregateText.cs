using System.Globalization;

namespace CdpPipeline.Domain.Segments;

/// <summary>The spellings of the aggregate functions, and the numbers that they are compared with.</summary>
internal static class AggregateText
{
    private static readonly string[] Names = ["sum", "avg", "min", "max", "distinct"];

    /// <summary>As JSON has it; the SQL-like text has the same in capitals.</summary>
    public static string Of(AggregateFunction function) => Names[(int)function];

    /// <summary>Null for an unknown spelling.</summary>
    public static AggregateFunction? Parse(string name) => Array.IndexOf(Names, name) is >= 0 and var at ? (AggregateFunction)at : null;

    /// <summary>All spellings, for messages.</summary>
    public static string Choice => "sum, avg, min, max or distinct";

    /// <summary>What the function may be compared with, for messages.</summary>
    public static string Form(AggregateFunction function) => function == AggregateFunction.Distinct
        ? $"a whole number from 0 to {SegmentLimits.CountMax}"
        : $"a number with at most {SegmentLimits.AggregateDecimalsMax} decimal places, from -10^18 to 10^18";

    /// <summary>Reads a number as JSON spells it, exactly; false unless the function may be compared with it.</summary>
    public static bool TryParse(string number, AggregateFunction function, out decimal value) => TryParse(number, out value)
        && Math.Abs(value) <= SegmentLimits.AggregateMagnitudeMax
        && (function != AggregateFunction.Distinct || (value >= 0 && value <= SegmentLimits.CountMax && value == decimal.Truncate(value)));

    /// <summary>The one spelling of equal numbers.</summary>
    public static decimal Normal(decimal value) => value == 0 ? 0 : value / 1.0000000000000000000000000000m;

    // A decimal's own parser rounds, so that 1e-30 would be 0.
    private static bool TryParse(string number, out decimal value)
    {
        var end = number.AsSpan().IndexOfAny('e', 'E');
        var mantissa = end < 0 ? number : number[..end];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var places = point < 0 ? 0 : mantissa.Length - point - 1;
        var written = mantissa.Replace("-", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal);
        var digits = written.TrimEnd('0');
        value = 0;
        if (digits.Length == 0) return true;
        var exponent = 0;
        if (end >= 0 && !int.TryParse(number.AsSpan(end + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)) return false;
        var scale = (long)places - (written.Length - digits.Length) - exponent;
        digits = digits.TrimStart('0');
        if (scale > SegmentLimits.AggregateDecimalsMax || digits.Length - scale > 19) return false;
        value = decimal.Parse(string.Create(CultureInfo.InvariantCulture, $"{digits}e{-scale}"), NumberStyles.AllowExponent, CultureInfo.InvariantCulture);
        if (number[0] == '-') value = -value;
        return true;
    }
}
