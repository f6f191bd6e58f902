using System.Diagnostics.Metrics;

namespace CdpPipeline.Bench;

/// <summary>Listens to how late the due clock is, wake by wake.</summary>
internal sealed class DueLateness : IDisposable
{
    private readonly Samples samples = new();
    private readonly MeterListener listener = new();

    public DueLateness()
    {
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Name == "cdp.due.lateness") own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, _, _) =>
        {
            lock (samples)
            {
                samples.Add(seconds);
                Count++;
            }
        });
        listener.Start();
    }

    public int Count { get; private set; }

    public double At(double share)
    {
        lock (samples) return samples.At(share);
    }

    public void Dispose() => listener.Dispose();
}
