using System.Diagnostics.Metrics;

namespace CdpPipeline.Api.Metrics;

/// <summary>What a metric is to Prometheus.</summary>
internal enum MetricKind
{
    /// <summary>Only grows.</summary>
    Counter = 1,

    /// <summary>Goes up and down.</summary>
    Gauge = 2,

    /// <summary>Counts measurements by size, in fixed buckets.</summary>
    Histogram = 3,
}

internal static class MetricKinds
{
    // The runtime calls these counters, and they go down too.
    private static readonly string[] Gauges = ["dotnet.thread_pool.thread.count", "dotnet.thread_pool.queue.length"];

    /// <summary>The kind of an instrument; not absolute where each measurement is a change and not the value itself.</summary>
    public static (MetricKind Kind, bool IsAbsolute) Of(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        if (type == typeof(Histogram<>)) return (MetricKind.Histogram, false);
        if (type == typeof(Counter<>)) return (MetricKind.Counter, false);
        if (type == typeof(ObservableCounter<>)) return (Gauges.Contains(instrument.Name) ? MetricKind.Gauge : MetricKind.Counter, true);
        return (MetricKind.Gauge, type != typeof(UpDownCounter<>));
    }
}
