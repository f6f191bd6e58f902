namespace CdpPipeline.Bench;

/// <summary>Measured values, in the order of measuring.</summary>
internal sealed class Samples
{
    private readonly List<double> values = [];

    public double Median => At(0.5);

    public int Count => values.Count;

    public void Add(double value) => values.Add(value);

    public void AddRange(IEnumerable<double> more) => values.AddRange(more);

    /// <summary>The value below which this share of all lies.</summary>
    public double At(double share)
    {
        if (values.Count == 0) return double.NaN;
        var sorted = values.Order().ToArray();
        return sorted[Math.Min((int)(share * sorted.Length), sorted.Length - 1)];
    }
}
