using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.GroupCommit;

/// <summary>An append on its way to the store, and the caller who waits for it.</summary>
internal sealed class PendingAppend(Append append, long enqueuedAt)
    : TaskCompletionSource<AppendResult>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public static readonly Committed Committed = new();

    public Append Append { get; } = append;

    /// <summary>A timestamp of the time provider.</summary>
    public long EnqueuedAt { get; } = enqueuedAt;

    public int Rows => Append.Created.Count + Append.Entries.Count + Append.Claims.Count + Append.Memberships.Count + Append.Pointers.Count + Append.Due.Count;
}
