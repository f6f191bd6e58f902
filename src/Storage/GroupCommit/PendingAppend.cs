using System.Diagnostics;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.GroupCommit;

/// <summary>An append on its way to the store, and the caller who waits for it.</summary>
internal sealed class PendingAppend(Append append, long enqueuedAt)
    : TaskCompletionSource<AppendResult>
{
    public static readonly Committed Committed = new();

    public Append Append { get; } = append;

    /// <summary>A timestamp of the time provider.</summary>
    public long EnqueuedAt { get; } = enqueuedAt;

    /// <summary>What asked for it, where that is traced.</summary>
    public Activity? Span { get; } = CommitSpan.Current();

    /// <summary>Throws unless all were decided by a catalog of this version or newer, or by none.</summary>
    public static void ThrowIfOld(IReadOnlyList<PendingAppend> group, long catalog)
    {
        for (var i = 0; i < group.Count; i++)
        {
            if (group[i].Append.Catalog < catalog) throw new OldCatalogException(catalog);
        }
    }

    /// <summary>Throws unless all know of every erasure up to this revision.</summary>
    public static void ThrowIfUnaware(IReadOnlyList<PendingAppend> group, long erasures)
    {
        for (var i = 0; i < group.Count; i++)
        {
            if (group[i].Append.Erasures < erasures) throw new OldErasuresException(erasures);
        }
    }

    /// <summary>Tells the caller of a fault, on a thread of the pool: continuations run where a result is set (see <see cref="Waking"/>).</summary>
    public void Fail(Exception exception) =>
        ThreadPool.UnsafeQueueUserWorkItem(static failed => failed.Pending.TrySetException(failed.Exception), (Pending: this, Exception: exception), preferLocal: false);

    public int Rows => Append.Created.Count + Append.Entries.Count + Append.Claims.Count + Append.MessageBlocks.Count + Append.Memberships.Count + Append.Pointers.Count + Append.Due.Count + Append.Expired.Count + Append.Snapshots.Count;
}
