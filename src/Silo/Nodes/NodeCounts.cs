using CdpPipeline.Api.Metrics;
using CdpPipeline.Silo.Streams;

namespace CdpPipeline.Silo.Nodes;

/// <summary>What this node counts of itself.</summary>
internal sealed class NodeCounts(ActiveIdentities identities, ActiveAliases aliases, ClusterMembershipStream stream) : INodeActivity
{
    public int ActiveIdentities => identities.Count;

    public int ActiveAliases => aliases.Count;

    public long PublishedDeltas => stream.PublishedDeltas;

    public long DroppedDeltas => stream.DroppedDeltas;
}
