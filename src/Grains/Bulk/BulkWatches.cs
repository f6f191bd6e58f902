using System.Collections.Concurrent;

namespace CdpPipeline.Grains.Bulk;

/// <summary>
/// Remembers which identities of this node write while somebody reads many of them from the store, so that what was read of those is not used.
/// Costs next to nothing while nobody reads.
/// </summary>
public sealed class BulkWatches
{
    private readonly Lock changing = new();
    private volatile BulkWatch[] open = [];

    /// <summary>
    /// To be opened before reading begins, and disposed once what was read is no longer used. Only those with a key above
    /// <paramref name="afterKey"/> are going to be read.
    /// </summary>
    internal BulkWatch Open(long afterKey = 0)
    {
        var watch = new BulkWatch(this, afterKey);
        lock (changing) open = [.. open, watch];
        return watch;
    }

    /// <summary>An identity's append has ended, whatever its outcome. Called within her turn.</summary>
    internal void Note(long key)
    {
        foreach (var watch in open) watch.Note(key);
    }

    internal void Close(BulkWatch watch)
    {
        lock (changing) open = [.. open.Where(other => other != watch)];
    }
}

/// <summary>The keys of those who wrote since it was opened.</summary>
internal sealed class BulkWatch(BulkWatches watches, long afterKey) : IDisposable
{
    private readonly ConcurrentDictionary<long, bool> written = new();

    public bool HasWritten(long key) => written.ContainsKey(key);

    public void Note(long key)
    {
        if (key > afterKey) written[key] = true;
    }

    public void Dispose() => watches.Close(this);
}
