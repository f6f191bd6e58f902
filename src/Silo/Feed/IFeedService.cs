using Orleans.Concurrency;
using Orleans.Services;

namespace CdpPipeline.Silo.Feed;

/// <summary>What a node answers, for those who watch at other nodes. There is one on each node.</summary>
[Alias("cdp.feed")]
internal interface IFeedService : IGrainService
{
    /// <summary>
    /// What has come for a watcher since it was last asked for; waits a moment for the first. Who has not been asked for in a while is forgotten, and
    /// until then what it wants to see waits for it.
    /// </summary>
    Task<FeedPart> TakeAsync(Guid watcher, string? source, int outcomes);

    /// <summary>The watcher has gone. May be lost; it is forgotten anyway.</summary>
    [OneWay]
    Task LeaveAsync(Guid watcher);
}
