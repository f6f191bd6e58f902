using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Silo.Shells;

/// <summary>One segment's count, wherever in the cluster it is active. Key: the id of its set of members.</summary>
[Alias("cdp.segment")]
internal interface ISegmentShell : IGrainWithGuidKey, ISegmentGrain
{
    /// <summary>The count; and the watcher is told once of the next change, if it comes soon, and then must ask again.</summary>
    ValueTask<SegmentCount> CountForAsync(INodeWatcher watcher, CancellationToken cancellationToken);
}
