using System.Collections.Concurrent;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Api.Segments;

/// <summary>
/// The sets of members whose counts have changed since they were last taken. Whoever waits is woken by the first; noting more of them costs a look-up.
/// Many may note at once, one takes.
/// </summary>
internal sealed class ChangedSegments : IDisposable
{
    private readonly ConcurrentDictionary<SegmentId, bool> changed = new();
    private readonly SemaphoreSlim signal = new(0, 1);

    public void Note(SegmentId set)
    {
        changed.TryAdd(set, true);
        Wake();
    }

    /// <summary>Has whoever waits look now.</summary>
    public void Wake()
    {
        if (signal.CurrentCount > 0) return;
        try
        {
            signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else woke it in the same moment.
        }
    }

    /// <summary>Waits until something is noted, but no longer than so.</summary>
    public Task WaitAsync(TimeSpan most, CancellationToken cancellationToken) => signal.WaitAsync(most, cancellationToken);

    public void TakeInto(HashSet<SegmentId> sets)
    {
        foreach (var (set, _) in changed)
        {
            // Removed first: a change that comes in between is noted again.
            if (changed.TryRemove(set, out _)) sets.Add(set);
        }
    }

    public void Dispose() => signal.Dispose();
}
