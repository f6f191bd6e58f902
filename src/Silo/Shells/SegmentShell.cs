using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Segments;
using CdpPipeline.Silo.Streams;
using Microsoft.Extensions.Logging;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace CdpPipeline.Silo.Shells;

/// <summary>Runs one segment's count on this node: its stream brings the deltas of all nodes' commits.</summary>
[GrainType("cdp-segment")]
[ImplicitStreamSubscription(ClusterMembershipStream.Namespace)]
internal sealed partial class SegmentShell(CdpPipeline.Grains.GrainFactory factory, TimeProvider clock, ILogger<SegmentShell> logger)
    : Grain, ISegmentShell, IStreamSubscriptionObserver, IAsyncObserver<MembershipBatch>
{
    // Whoever has not asked for so long does not show the count any more.
    private static readonly TimeSpan WatchedFor = TimeSpan.FromSeconds(5);

    private readonly Dictionary<INodeWatcher, long> watchers = [];
    private SegmentGrain? grain;

    private SegmentId Id => new(this.GetPrimaryKey());

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        grain = factory.Segment(Id);
        return Task.CompletedTask;
    }

    public ValueTask<SegmentCount> CountAsync(CancellationToken cancellationToken) => grain!.CountAsync(cancellationToken);

    public ValueTask<SegmentCount> CountForAsync(INodeWatcher watcher, CancellationToken cancellationToken)
    {
        watchers[watcher] = clock.GetTimestamp();
        return grain!.CountAsync(cancellationToken);
    }

    public async ValueTask ApplyAsync(MembershipDelta delta, CancellationToken cancellationToken)
    {
        await grain!.ApplyAsync(delta, cancellationToken);
        await TellAsync();
    }

    public async Task RecountAsync(CancellationToken cancellationToken)
    {
        await grain!.RecountAsync(cancellationToken);
        await TellAsync();
    }

    public Task<SegmentAudit> AuditAsync(CancellationToken cancellationToken) => grain!.AuditAsync(cancellationToken);

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<MembershipBatch>().ResumeAsync(this);

    public async Task OnNextAsync(MembershipBatch item, StreamSequenceToken? token = null)
    {
        try
        {
            foreach (var delta in item.Deltas) await grain!.ApplyAsync(delta, CancellationToken.None);
        }
        catch (Exception exception)
        {
            // The count was forgotten when reading failed, and is made again when next asked for.
            NotApplied(exception, Id.Value);
        }

        await TellAsync();
    }

    public Task OnCompletedAsync() => Task.CompletedTask;

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    private async Task TellAsync()
    {
        if (watchers.Count == 0) return;
        foreach (var (watcher, askedAt) in watchers)
        {
            if (clock.GetElapsedTime(askedAt) < WatchedFor) await watcher.ChangedAsync(Id);
        }

        watchers.Clear();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The count of segment {Segment} could not be kept up to date; it is counted again.")]
    private partial void NotApplied(Exception exception, Guid segment);
}
