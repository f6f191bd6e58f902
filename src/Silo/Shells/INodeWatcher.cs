using CdpPipeline.Domain.Segments;
using Orleans.Concurrency;

namespace CdpPipeline.Silo.Shells;

/// <summary>A node that has asked for counts.</summary>
[Alias("cdp.node-watcher")]
internal interface INodeWatcher : IGrainObserver
{
    /// <summary>The count of this set of members is another than when the node last asked. May be lost; nobody waits for it.</summary>
    [OneWay]
    Task ChangedAsync(SegmentId set);
}
