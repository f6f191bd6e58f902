using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Silo.Nodes;

/// <summary>This node's place among the active ones, by their addresses. Every node that knows the same members comes to the same places.</summary>
internal sealed class ClusterShare(IClusterMembershipService membership, ILocalSiloDetails self) : INodeShare
{
    private volatile Known? known;

    public DueShard Current
    {
        get
        {
            var snapshot = membership.CurrentSnapshot;
            if (known is { } last && ReferenceEquals(last.Snapshot, snapshot)) return last.Share;
            var next = new Known(snapshot, Of(snapshot, self.SiloAddress));
            known = next;
            return next.Share;
        }
    }

    // A node that is not active yet counts itself: two that have the same part for a while do no harm.
    private static DueShard Of(ClusterMembershipSnapshot snapshot, SiloAddress self)
    {
        var active = snapshot.Members.Values.Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress).Append(self).Distinct().Order().ToList();
        return new DueShard(active.IndexOf(self), active.Count);
    }

    private sealed record Known(ClusterMembershipSnapshot Snapshot, DueShard Share);
}
