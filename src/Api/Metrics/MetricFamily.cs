using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace CdpPipeline.Api.Metrics;

/// <summary>
/// One metric with all its series. Measuring a known series is a look-up and an addition and allocates nothing. Beyond
/// <see cref="SeriesMax"/> series, what is new is counted under the label <c>overflow="true"</c>.
/// </summary>
internal sealed class MetricFamily
{
    public const int SeriesMax = 1_000;

    private static readonly double[] UsualBounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], Series> byTags = new(LabelComparer.Instance);
    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], Series>.AlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>> known;
    private readonly SortedDictionary<string, Series> byText = new(StringComparer.Ordinal);
    private readonly Lock adding = new();
    private readonly bool isAbsolute;
    private readonly double[] bounds = [];

    public MetricFamily(Instrument instrument)
    {
        (Kind, isAbsolute) = MetricKinds.Of(instrument);
        Name = PrometheusNames.Of(instrument.Name, instrument.Unit, Kind);
        Help = instrument.Description ?? "";
        if (Kind == MetricKind.Histogram) bounds = BoundsOf(instrument);
        known = byTags.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
    }

    public string Name { get; }

    public string Help { get; }

    public MetricKind Kind { get; }

    public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = known.TryGetValue(tags, out var found) ? found : Open(tags);
        if (isAbsolute) series.Set(value);
        else if (Kind == MetricKind.Histogram) series.Record(BucketOf(value), value);
        else series.Add(value);
    }

    public void Write(PrometheusText text)
    {
        text.Begin(Name, Kind, Help);
        lock (adding)
        {
            foreach (var series in byText.Values)
            {
                if (Kind == MetricKind.Histogram) WriteHistogram(text, series);
                else text.Sample(Name, "", series.Labels, series.Value);
            }
        }
    }

    private static double[] BoundsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised.Select(bound => (double)bound)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised.Select(bound => (double)bound)],
        _ => UsualBounds,
    };

    // A bound is the largest value of its bucket.
    private int BucketOf(double value)
    {
        var place = Array.BinarySearch(bounds, value);
        return place < 0 ? ~place : place;
    }

    private Series Open(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (adding)
        {
            if (known.TryGetValue(tags, out var series)) return series;

            // The same labels in another order are the same series.
            var isFull = byText.Count >= SeriesMax;
            var text = isFull ? "overflow=\"true\"" : PrometheusNames.Labels(tags);
            if (!byText.TryGetValue(text, out series)) byText.Add(text, series = new Series(text, Kind == MetricKind.Histogram ? bounds.Length + 1 : 0));
            if (!isFull) known[tags] = series;
            return series;
        }
    }

    private void WriteHistogram(PrometheusText text, Series series)
    {
        long count = 0;
        for (var i = 0; i <= bounds.Length; i++)
        {
            count += series.CountIn(i);
            var bound = i < bounds.Length ? bounds[i].ToString("R", CultureInfo.InvariantCulture) : "+Inf";
            text.Sample(Name, "_bucket", series.Labels.Length == 0 ? $"le=\"{bound}\"" : $"{series.Labels},le=\"{bound}\"", count);
        }

        text.Sample(Name, "_sum", series.Labels, series.Value);
        text.Sample(Name, "_count", series.Labels, count);
    }
}
