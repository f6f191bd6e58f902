using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace CdpPipeline.Api.Metrics;

/// <summary>
/// Listens to the instruments that the host exports, from its construction on, and writes what they measured. Gauges are asked when somebody
/// reads. Safe for concurrent use; reads go one at a time.
/// </summary>
internal sealed class MetricsReader : IDisposable
{
    private readonly ConcurrentDictionary<string, MetricFamily> families = new(StringComparer.Ordinal);
    private readonly MeterListener listener = new();
    private readonly Lock reading = new();

    public MetricsReader(ExportedMeters meters)
    {
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (meters.Includes(instrument)) listening.EnableMeasurementEvents(instrument, FamilyOf(instrument));
        };
        listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => ((MetricFamily)family!).Measure(value, tags));
        listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => ((MetricFamily)family!).Measure(value, tags));
        listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => ((MetricFamily)family!).Measure(value, tags));
        listener.Start();
    }

    /// <summary>Everything measured so far, in the Prometheus text format.</summary>
    public byte[] Read()
    {
        lock (reading)
        {
            listener.RecordObservableInstruments();
            var text = new PrometheusText();
            foreach (var (_, family) in families.OrderBy(family => family.Key, StringComparer.Ordinal)) family.Write(text);
            return text.ToUtf8();
        }
    }

    public void Dispose() => listener.Dispose();

    // By name, so that no metric is ever written twice.
    private MetricFamily FamilyOf(Instrument instrument)
    {
        var family = new MetricFamily(instrument);
        return families.GetOrAdd(family.Name, family);
    }
}
