namespace CdpPipeline.Api.Metrics;

/// <summary>One line of numbers: a value, or a histogram's sum and its buckets. Safe for concurrent use, without locks.</summary>
/// <param name="labels">As they are written, without braces.</param>
/// <param name="buckets">How many buckets, the unbounded one included; 0 for a plain value.</param>
internal sealed class Series(string labels, int buckets)
{
    private readonly long[] counts = buckets == 0 ? [] : new long[buckets];
    private double value;

    public string Labels => labels;

    public double Value => Volatile.Read(ref value);

    public void Set(double measured) => Volatile.Write(ref value, measured);

    public void Add(double measured)
    {
        for (var seen = Volatile.Read(ref value); ;)
        {
            var found = Interlocked.CompareExchange(ref value, seen + measured, seen);
            if (BitConverter.DoubleToInt64Bits(found) == BitConverter.DoubleToInt64Bits(seen)) return;
            seen = found;
        }
    }

    public void Record(int bucket, double measured)
    {
        Interlocked.Increment(ref counts[bucket]);
        Add(measured);
    }

    public long CountIn(int bucket) => Interlocked.Read(ref counts[bucket]);
}
