namespace CdpPipeline.Storage.GroupCommit;

/// <summary>A snapshot on its way to the store, and the caller who waits for it.</summary>
internal sealed class PendingSnapshot(long key, long seq, ReadOnlyMemory<byte> snapshot)
    : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public long Key => key;

    public long Seq => seq;

    public ReadOnlyMemory<byte> Snapshot => snapshot;
}
