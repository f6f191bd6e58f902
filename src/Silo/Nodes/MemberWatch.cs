using CdpPipeline.Grains;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Grains.Segments;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Silo.Nodes;

/// <summary>
/// Looks after what nodes leave behind that are no longer members: fences their writers, so that a process that only seemed dead writes nothing more,
/// and has the segments counted again whose last changes it may not have told.
/// </summary>
internal sealed partial class MemberWatch(
    IClusterMembershipService membership, IWriterFencing fencing, SegmentRecounts recounts, TimeProvider clock, ILogger<MemberWatch> logger) : IAsyncDisposable
{
    private readonly HashSet<string> settled = new(StringComparer.Ordinal);
    private BackgroundLoop? loop;

    public void Start() => (loop ??= new BackgroundLoop(FollowAsync, Interrupted, clock)).Start();

    public ValueTask DisposeAsync() => loop?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(cancellationToken))
        {
            foreach (var member in snapshot.Members.Values)
            {
                if (member.Status == SiloStatus.Dead && member.Name != fencing.Node && !settled.Contains(member.Name)) await SettleAsync(member, cancellationToken);
            }
        }
    }

    private async Task SettleAsync(ClusterMember member, CancellationToken cancellationToken)
    {
        // Whichever of the nodes that are left fences it first finds out what is to be counted again.
        if (await fencing.FenceAsync(member.Name, cancellationToken))
        {
            Gone(member.Name, member.SiloAddress);
            recounts.RequestAll();
        }

        settled.Add(member.Name);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Node} at {Address} is no longer a member; it is fenced, and the segments are counted again.")]
    private partial void Gone(string node, SiloAddress address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What a node left behind could not be looked after; trying again.")]
    private partial void Interrupted(Exception exception);
}
