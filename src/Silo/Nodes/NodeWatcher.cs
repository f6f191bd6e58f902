using CdpPipeline.Api.Segments;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Silo.Shells;

namespace CdpPipeline.Silo.Nodes;

/// <summary>Notes on this node which counts have changed, for those who watch them here.</summary>
internal sealed class NodeWatcher(ChangedSegments changed) : INodeWatcher
{
    public Task ChangedAsync(SegmentId set)
    {
        changed.Note(set);
        return Task.CompletedTask;
    }
}
