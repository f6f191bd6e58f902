using System.Diagnostics.Metrics;

namespace CdpPipeline.Storage.GroupCommit;

/// <summary>
/// What one store counts, on a meter of its own that lives as long as the store. Measured once a group, not once an append, so its cost
/// does not grow with the load.
/// </summary>
internal sealed class StoreMetrics : IDisposable
{
    public const string MeterName = "CdpPipeline.Storage";

    private static readonly KeyValuePair<string, object?> Unknown = new("reason", "unknown_outcome");
    private static readonly KeyValuePair<string, object?> GivenUp = new("reason", "given_up");
    private static readonly KeyValuePair<string, object?> Rejected = new("reason", "rejected");

    private readonly Histogram<double> commitDuration;
    private readonly Histogram<int> groupAppends;
    private long unknownAppends;
    private long givenUpAppends;
    private long rejectedAppends;
    private long conflictRedos;

    public StoreMetrics()
    {
        Meter = new Meter(MeterName);
        commitDuration = Meter.CreateHistogram(
            "cdp.storage.commit.duration",
            "s",
            "How long one transaction of the group commit took, from its first statement until it was durable.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] });
        groupAppends = Meter.CreateHistogram(
            "cdp.storage.group.appends",
            "{append}",
            "Appends written together in one transaction.",
            tags: null,
            new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 4_096, 16_384] });

        // Read from fields, so that they are seen at zero: the store is open before anybody can listen.
        Meter.CreateObservableCounter(
            "cdp.storage.appends.failed",
            FailedAppends,
            "{append}",
            "Appends whose caller was told of a fault: the store failed midway (unknown_outcome), was away for too long (given_up), or refused for an unexpected reason (rejected).");
        Meter.CreateObservableCounter(
            "cdp.storage.conflict.redos", () => Interlocked.Read(ref conflictRedos), "{group}", "Groups rolled back by one of their appends (as a rule by a unique key) and written again in halves.");
    }

    public Meter Meter { get; }

    /// <summary>Lets the length of the queue be seen.</summary>
    public void Observe(Func<int> appendsWaiting) =>
        Meter.CreateObservableGauge("cdp.storage.appends.waiting", appendsWaiting, "{append}", "Appends that wait for the group commit.");

    public void Committed(int appends, TimeSpan took)
    {
        groupAppends.Record(appends);
        commitDuration.Record(took.TotalSeconds);
    }

    public void OutcomeUnknown(int appends) => Interlocked.Add(ref unknownAppends, appends);

    public void GaveUp(int appends) => Interlocked.Add(ref givenUpAppends, appends);

    public void RejectedOne() => Interlocked.Increment(ref rejectedAppends);

    public void RedoneInHalves() => Interlocked.Increment(ref conflictRedos);

    public void Dispose() => Meter.Dispose();

    private IEnumerable<Measurement<long>> FailedAppends() =>
    [
        new(Interlocked.Read(ref unknownAppends), Unknown),
        new(Interlocked.Read(ref givenUpAppends), GivenUp),
        new(Interlocked.Read(ref rejectedAppends), Rejected),
    ];
}
