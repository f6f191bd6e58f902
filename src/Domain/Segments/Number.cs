using System.Globalization;
using System.Text.Json;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// A JSON number as conditions compare it: exactly, as a decimal; a number too large or too small for a decimal is kept as a double
/// instead, and then lies beyond (or, if tiny, beside) every decimal. Totally ordered.
/// </summary>
public readonly struct Number : IEquatable<Number>, IComparable<Number>
{
    private readonly decimal exact;

    // Only for numbers outside decimal's range; 0 otherwise.
    private readonly double wide;

    private Number(decimal exact, double wide)
    {
        this.exact = exact;
        this.wide = wide;
    }

    public static Number Of(decimal value) => new(value, 0);

    public static bool operator ==(Number left, Number right) => left.Equals(right);

    public static bool operator !=(Number left, Number right) => !left.Equals(right);

    /// <summary>Reads a JSON number. Beyond double's range it is an infinity.</summary>
    public static Number Of(JsonElement number)
    {
        var isDecimal = number.TryGetDecimal(out var exact);
        if (isDecimal && exact != 0) return new Number(exact, 0);
        return number.TryGetDouble(out var wide) ? new Number(0, wide) : default;
    }

    /// <summary>False for what JSON cannot write.</summary>
    public bool IsFinite => double.IsFinite(wide);

    public int CompareTo(Number other)
    {
        if (wide == 0 && other.wide == 0) return exact.CompareTo(other.exact);
        var order = AsDouble().CompareTo(other.AsDouble());
        // The largest decimals round to the smallest wide doubles.
        return order != 0 ? order : Outwards(this) - Outwards(other);
    }

    public bool Equals(Number other) => CompareTo(other) == 0;

    public override bool Equals(object? obj) => obj is Number other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(exact, wide);

    public override string ToString() => wide == 0
        ? Normal().ToString(CultureInfo.InvariantCulture)
        : wide.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Writes the number in its one canonical spelling (<c>1.50</c> as <c>1.5</c>).</summary>
    internal void WriteTo(Utf8JsonWriter writer)
    {
        if (wide == 0) writer.WriteNumberValue(Normal());
        else writer.WriteNumberValue(wide);
    }

    /// <summary>As JSON; a number that JSON cannot write becomes a text.</summary>
    internal JsonElement ToElement() => wide == 0
        ? JsonSerializer.SerializeToElement(Normal())
        : IsFinite ? JsonSerializer.SerializeToElement(wide) : JsonSerializer.SerializeToElement(ToString());

    private static int Outwards(Number number) => Math.Sign(number.wide);

    private double AsDouble() => wide == 0 ? (double)exact : wide;

    // Dividing by a one with all its zeros drops the dividend's trailing zeros.
    private decimal Normal() => exact / 1.0000000000000000000000000000m;
}
