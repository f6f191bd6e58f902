namespace CdpPipeline.Grains.Bulk;

/// <summary>
/// Those whose turn failed: they are come back to, each after a pause that doubles with every failure of hers, so that nobody else waits for
/// them. Safe for concurrent use.
/// </summary>
internal sealed class Stragglers<TKey>(TimeProvider clock)
    where TKey : notnull
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly Lock changing = new();
    private readonly Dictionary<TKey, (TimeSpan Pause, DateTimeOffset RetryAt)> waiting = [];

    public int Count
    {
        get
        {
            lock (changing) return waiting.Count;
        }
    }

    public IReadOnlyList<TKey> All
    {
        get
        {
            lock (changing) return [.. waiting.Keys];
        }
    }

    /// <summary>She failed (again); for how long she is left alone.</summary>
    public TimeSpan Add(TKey key)
    {
        lock (changing)
        {
            var pause = waiting.TryGetValue(key, out var known) ? TimeSpan.FromTicks(Math.Min(known.Pause.Ticks * 2, LongestPause.Ticks)) : FirstPause;
            waiting[key] = (pause, clock.GetUtcNow() + pause);
            return pause;
        }
    }

    /// <summary>She succeeded.</summary>
    public void Remove(TKey key)
    {
        lock (changing) waiting.Remove(key);
    }

    /// <summary>Of no others there is anything left to do.</summary>
    public void Keep(IEnumerable<TKey> keys)
    {
        var kept = keys.ToHashSet();
        lock (changing)
        {
            foreach (var gone in waiting.Keys.Where(key => !kept.Contains(key)).ToList()) waiting.Remove(gone);
        }
    }

    /// <summary>Whether she failed and is to be left alone for now.</summary>
    public bool IsResting(TKey key)
    {
        lock (changing) return waiting.TryGetValue(key, out var known) && known.RetryAt > clock.GetUtcNow();
    }

    /// <summary>Whose pause is over.</summary>
    public IReadOnlyList<TKey> Ripe()
    {
        var now = clock.GetUtcNow();
        lock (changing) return [.. waiting.Where(pair => pair.Value.RetryAt <= now).Select(pair => pair.Key)];
    }
}
