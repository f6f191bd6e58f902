using CdpPipeline.Api.Metrics;
using CdpPipeline.Silo.Streams;

namespace CdpPipeline.Silo.Nodes;

/// <summary>What this node counts of itself.</summary>
internal sealed class NodeCounts(ActiveIdentities identities, ClusterMembershipStream stream) : INodeActivity
{
    private int aliases;

    public int ActiveIdentities => identities.Count;

    public int ActiveAliases => Volatile.Read(ref aliases);

    public long PublishedDeltas => stream.PublishedDeltas;

    public long DroppedDeltas => stream.DroppedDeltas;

    public void AliasCame() => Interlocked.Increment(ref aliases);

    public void AliasWent() => Interlocked.Decrement(ref aliases);
}
