using System.Collections.Concurrent;

namespace CdpPipeline.Api.Ingest;

/// <summary>
/// Counts what this process answered to each source since it started. Bounded: sources beyond <see cref="SourcesMax"/> share one tally. Only sources that
/// exist may be asked for.
/// </summary>
internal sealed class SourceTallies(TimeProvider clock)
{
    public const int SourcesMax = 2_000;

    private readonly ConcurrentDictionary<string, SourceTally> tallies = new(StringComparer.Ordinal);
    private readonly DateTimeOffset since = clock.GetUtcNow();
    private readonly SourceTally others = new(clock.GetUtcNow());

    public SourceTally Of(string sourceId)
    {
        if (tallies.TryGetValue(sourceId, out var tally)) return tally;
        return tallies.Count < SourcesMax ? tallies.GetOrAdd(sourceId, static (_, since) => new SourceTally(since), since) : others;
    }
}

/// <summary>One source's. Safe for concurrent use, without locks.</summary>
internal sealed class SourceTally(DateTimeOffset since)
{
    private long accepted;
    private long duplicates;
    private long rejected;
    private long limited;

    public void Add(int accepted, int duplicates, int rejected)
    {
        if (accepted > 0) Interlocked.Add(ref this.accepted, accepted);
        if (duplicates > 0) Interlocked.Add(ref this.duplicates, duplicates);
        if (rejected > 0) Interlocked.Add(ref this.rejected, rejected);
    }

    public void AddLimited() => Interlocked.Increment(ref limited);

    public SourceCounts Read() =>
        new(since, Interlocked.Read(ref accepted), Interlocked.Read(ref duplicates), Interlocked.Read(ref rejected), Interlocked.Read(ref limited));
}

/// <summary>What was counted since an instant: events that were taken, that were there already, and that were not taken, and calls that came too fast.</summary>
internal sealed record SourceCounts(DateTimeOffset Since, long Accepted, long Duplicates, long Rejected, long Limited);
