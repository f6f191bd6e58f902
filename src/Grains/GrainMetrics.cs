using System.Diagnostics.Metrics;

namespace CdpPipeline.Grains;

/// <summary>What the grains of a node count as it happens. Each costs some nanoseconds and allocates nothing, whether anybody listens or not.</summary>
public sealed class GrainMetrics
{
    /// <summary>The meter of everything above the stores.</summary>
    public const string MeterName = "CdpPipeline";

    private readonly Counter<long> snapshotsDropped;
    private readonly Counter<long> segmentRecounts;
    private long retentionCompletedAt;

    public GrainMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        MergesJoined = meter.CreateCounter<long>("cdp.merges.joined", "{merge}", "Merges completed: one identity became a component of another.");
        MergesUndone = meter.CreateCounter<long>("cdp.merges.undone", "{merge}", "Merges undone.");
        MergesRepaired = meter.CreateCounter<long>("cdp.merges.repaired", "{merge}", "Merges found half done, after a crash or by whoever looked meanwhile, and completed.");
        PersonsErased = meter.CreateCounter<long>("cdp.persons.erased", "{person}", "People erased.");
        EventsExpired = meter.CreateCounter<long>("cdp.retention.events.removed", "{event}", "Events removed because their source's retention had passed.");
        meter.CreateObservableGauge(
            "cdp.retention.completed", () => Volatile.Read(ref retentionCompletedAt), "s", "When all people had been looked at for events to remove, as seconds since 1970; 0 before the first time.");
        SnapshotsWritten = meter.CreateCounter<long>("cdp.snapshots.written", "{snapshot}", "Snapshots written behind the log.");
        snapshotsDropped = meter.CreateCounter<long>(
            "cdp.snapshots.dropped", "{snapshot}", "Snapshots given up, because too many waited (queue_full) or the store failed (not_written); loading takes longer, nothing is lost.");
        segmentRecounts = meter.CreateCounter<long>(
            "cdp.segments.recounts", "{recount}", "Counts of a segment's rows in the store, because nobody had asked before (first) or a delta was missed (gap).");
        DueWoken = meter.CreateCounter<long>("cdp.due.woken", "{identity}", "Identities woken because a condition was due to flip with time alone.");
        DueLateness = meter.CreateHistogram(
            "cdp.due.lateness",
            "s",
            "How long after the due instant an identity had been judged again.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 5, 10, 60, 600] });
        ShowZeros();
    }

    internal Counter<long> MergesJoined { get; }

    internal Counter<long> MergesUndone { get; }

    internal Counter<long> MergesRepaired { get; }

    internal Counter<long> PersonsErased { get; }

    internal Counter<long> EventsExpired { get; }

    internal Counter<long> SnapshotsWritten { get; }

    internal Counter<long> DueWoken { get; }

    internal Histogram<double> DueLateness { get; }

    internal void RetentionCompleted(DateTimeOffset at) => Volatile.Write(ref retentionCompletedAt, at.ToUnixTimeSeconds());

    internal void SnapshotDropped(bool isQueueFull) =>
        snapshotsDropped.Add(1, new KeyValuePair<string, object?>("reason", isQueueFull ? "queue_full" : "not_written"));

    internal void SegmentRecounted(bool isFirst) =>
        segmentRecounts.Add(1, new KeyValuePair<string, object?>("reason", isFirst ? "first" : "gap"));

    // A rate can only be taken of a counter that was seen at zero.
    private void ShowZeros()
    {
        foreach (var counter in (ReadOnlySpan<Counter<long>>)[MergesJoined, MergesUndone, MergesRepaired, PersonsErased, EventsExpired, SnapshotsWritten, DueWoken]) counter.Add(0);
        foreach (var reason in (ReadOnlySpan<string>)["queue_full", "not_written"]) snapshotsDropped.Add(0, new KeyValuePair<string, object?>("reason", reason));
        foreach (var reason in (ReadOnlySpan<string>)["first", "gap"]) segmentRecounts.Add(0, new KeyValuePair<string, object?>("reason", reason));
    }
}
