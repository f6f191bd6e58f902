using System.Diagnostics.Metrics;
using System.Text;
using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Ingest;
using CdpPipeline.Api.Metrics;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Grains.Interfaces.Ingest;
using Microsoft.Extensions.DependencyInjection;

namespace CdpPipeline.Api.Tests.Metrics;

public sealed class MetricsReaderTests : IDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Meter meter = new("test");
    private readonly MetricsReader reader;

    public MetricsReaderTests() => reader = new MetricsReader(new ExportedMeters(Factory, meter));

    private IMeterFactory Factory => services.GetRequiredService<IMeterFactory>();

    private string Text => Encoding.UTF8.GetString(reader.Read());

    public void Dispose()
    {
        reader.Dispose();
        meter.Dispose();
        services.Dispose();
    }

    [Fact]
    public void Names_units_labels_and_help_are_spelled_and_escaped()
    {
        var counter = meter.CreateCounter<long>("bytes.read-from disk", "By", "Back\\slash and\nline");
        counter.Add(2, new("the.path", "C:\\\"new\nline\"é"), new("ok", true), new("empty", null));
        counter.Add(3, new("ok", true), new("the.path", "C:\\\"new\nline\"é"));

        var text = Text;

        Assert.Contains("# HELP bytes_read_from_disk_bytes_total Back\\\\slash and\\nline\n# TYPE bytes_read_from_disk_bytes_total counter\n", text, StringComparison.Ordinal);
        Assert.Equal(5, Exposition.Parse(text)["bytes_read_from_disk_bytes_total{ok=\"true\",the_path=\"C:\\\\\\\"new\\nline\\\"é\"}"]);
    }

    [Fact]
    public void A_histogram_counts_each_value_in_the_bucket_whose_bound_it_does_not_exceed()
    {
        var histogram = meter.CreateHistogram("took", "s", "", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 2.5] });
        foreach (var value in new[] { 0, 0.5, 0.6, 1, 2.5, 2.6, 100 }) histogram.Record(value);

        var read = Exposition.Parse(Text);

        Assert.Equal([2, 4, 5, 7], new[] { "0.5", "1", "2.5", "+Inf" }.Select(bound => read[$"took_seconds_bucket{{le=\"{bound}\"}}"]));
        Assert.Equal((107.2, 7), (Math.Round(read["took_seconds_sum"], 9), read["took_seconds_count"]));
    }

    [Fact]
    public void Gauges_show_what_is_and_counters_that_are_asked_show_their_total()
    {
        var level = 4;
        meter.CreateObservableGauge("level", () => level);
        meter.CreateObservableCounter("asked", () => (long)level * 10);
        var changes = meter.CreateUpDownCounter<int>("changes");
        changes.Add(5);
        changes.Add(-2);
        _ = Text;
        level = 3;

        var read = Exposition.Parse(Text);

        Assert.Equal((3, 30, 3), (read["level"], read["asked_total"], read["changes"]));
        Assert.Equal(("gauge", "counter", "gauge"), (read.Metrics["level"].Type, read.Metrics["asked_total"].Type, read.Metrics["changes"].Type));
    }

    [Fact]
    public void Beyond_so_many_series_the_rest_is_counted_together()
    {
        var counter = meter.CreateCounter<long>("many");
        for (var i = 0; i < MetricFamily.SeriesMax + 50; i++) counter.Add(1, new KeyValuePair<string, object?>("n", i));

        var read = Exposition.Parse(Text);

        Assert.Equal((50, MetricFamily.SeriesMax + 50), (read["many_total{overflow=\"true\"}"], read.Sum("many_total")));
    }

    [Fact]
    public async Task Measuring_from_many_threads_loses_nothing()
    {
        var (counter, histogram) = (meter.CreateCounter<long>("adds"), meter.CreateHistogram<double>("values"));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                counter.Add(1, new KeyValuePair<string, object?>("thread", thread % 2));
                histogram.Record(1);
            }
        })));

        var read = Exposition.Parse(Text);
        Assert.Equal((80_000, 80_000, 80_000), (read.Sum("adds_total"), read["values_sum"], read["values_count"]));
    }

    [Fact]
    public void Counting_a_call_allocates_nothing()
    {
        var metrics = new IngestMetrics(Factory, new SourceTallies(TimeProvider.System), TimeProvider.System);
        var source = new Source("shop", "Shop");
        IReadOnlyList<IngestOutcome> outcomes = [new(IngestStatus.Stored, default, default, Refusal.None), new(IngestStatus.Duplicate, default, default, Refusal.None)];
        IReadOnlyList<RejectedEvent> rejected = [new(0, null, "userId", "")];
        Measure();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) Measure();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1_001, Exposition.Parse(Text)["cdp_ingest_events_accepted_total{source=\"shop\"}"]);

        void Measure()
        {
            var startedAt = metrics.Begin();
            metrics.Count(source, rejected, outcomes);
            metrics.End(startedAt, 200);
        }
    }

    [Fact]
    public void Refusals_are_told_apart_and_sources_beyond_a_hundred_are_one()
    {
        var metrics = new IngestMetrics(Factory, new SourceTallies(TimeProvider.System), TimeProvider.System);
        IReadOnlyList<IngestOutcome> refused = [.. Enum.GetValues<Refusal>().Skip(1).Select(refusal => new IngestOutcome(IngestStatus.Refused, default, default, refusal))];
        for (var i = 0; i < 103; i++) metrics.Count(new Source($"s{i}", "Shop"), [], refused);
        metrics.Count(new Source("s0", "Shop"), [new RejectedEvent(0, null, "what a client wrote", "")], []);

        var read = Exposition.Parse(Text);

        Assert.Equal(1, read["cdp_ingest_events_refused_total{reason=\"too_many_traits\",source=\"s99\"}"]);
        Assert.Equal(3, read["cdp_ingest_events_refused_total{reason=\"too_many_groups\",source=\"other\"}"]);
        Assert.Equal(103, read.Sum("cdp_ingest_events_refused_total") / refused.Count);
        Assert.Equal(1, read["cdp_ingest_events_rejected_total{reason=\"other\",source=\"s0\"}"]);
    }
}
