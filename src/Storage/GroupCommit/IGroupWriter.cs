using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.GroupCommit;

/// <summary>One connection that writes groups of appends. Used by one loop only, never concurrently.</summary>
internal interface IGroupWriter : IAsyncDisposable
{
    /// <summary>Nobody knows whether the last commit got through. <see cref="ConnectAsync"/> finds out.</summary>
    bool IsUnsettled { get; }

    /// <summary>
    /// Connects unless connected, and settles a commit whose answer was lost before: had it got through, its membership deltas are
    /// published now. Throws <see cref="StoreUnavailableException"/>.
    /// </summary>
    ValueTask ConnectAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Writes the group in one transaction, publishes its membership deltas, and returns one result per append. No two appends of a
    /// group claim the same identifier. Throws <see cref="GroupConflictException"/> or any other exception when nothing was stored, and
    /// <see cref="StoreUnavailableException"/> when that is unknown.
    /// </summary>
    ValueTask<IReadOnlyList<AppendResult>> CommitAsync(IReadOnlyList<PendingAppend> group, CancellationToken cancellationToken);
}
