using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Silo.Shells;

namespace CdpPipeline.Silo.Nodes;

/// <summary>Reaches one segment, and has this node told when a count that it asked for has changed.</summary>
internal sealed class WatchedSegmentGrain(ISegmentShell shell, INodeWatcher watcher) : ISegmentGrain
{
    public ValueTask<SegmentCount> CountAsync(CancellationToken cancellationToken) => shell.CountForAsync(watcher, cancellationToken);

    public ValueTask ApplyAsync(MembershipDelta delta, CancellationToken cancellationToken) => shell.ApplyAsync(delta, cancellationToken);

    public Task RecountAsync(CancellationToken cancellationToken) => shell.RecountAsync(cancellationToken);

    public Task<SegmentAudit> AuditAsync(CancellationToken cancellationToken) => shell.AuditAsync(cancellationToken);
}
