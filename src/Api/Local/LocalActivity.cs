using CdpPipeline.Api.Metrics;

namespace CdpPipeline.Api.Local;

/// <summary>What the embedded host counts of itself.</summary>
internal sealed class LocalActivity(LocalGrains grains, LocalMembershipStream stream) : INodeActivity
{
    public int ActiveIdentities => grains.ActiveIdentities;

    public int ActiveAliases => grains.ActiveAliases;

    public long PublishedDeltas => stream.PublishedDeltas;

    public long DroppedDeltas => stream.DroppedDeltas;
}
