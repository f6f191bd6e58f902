namespace CdpPipeline.Api.Feed;

/// <summary>How a watcher of this node sees what other nodes answer. A host whose only node this is has none.</summary>
internal interface IFeedReach
{
    /// <summary>Begins to send the watcher what it wants to see of all other nodes; of one that joins later, within a second.</summary>
    void Follow(FeedWatcher watcher, CancellationToken gone);
}
