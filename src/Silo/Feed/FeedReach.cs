using System.Collections.Concurrent;
using CdpPipeline.Api.Feed;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.Services;

namespace CdpPipeline.Silo.Feed;

/// <summary>
/// Asks every other node again and again for what it has to show to a watcher of this one, for as long as somebody watches. What a node that dies had not
/// given out yet is not shown.
/// </summary>
internal sealed partial class FeedReach(IServiceProvider services, EventFeed feed, IClusterMembershipService membership, ILocalSiloDetails self, ILogger<FeedReach> logger)
    : GrainServiceClient<IFeedService>(services), IFeedReach
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    // Told of once, however many watch and however often they ask.
    private readonly ConcurrentDictionary<SiloAddress, bool> silent = new();

    public void Follow(FeedWatcher watcher, CancellationToken gone) => _ = FollowAsync(watcher, gone);

    private async Task FollowAsync(FeedWatcher watcher, CancellationToken gone)
    {
        var asking = new Dictionary<SiloAddress, Task>();
        while (!gone.IsCancellationRequested)
        {
            foreach (var node in membership.CurrentSnapshot.Members.Keys.Where(IsOther))
            {
                if (!asking.TryGetValue(node, out var known) || known.IsCompleted) asking[node] = AskAsync(node, watcher, gone);
            }

            await Task.Delay(LookEvery, gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private bool IsOther(SiloAddress node) => node != self.SiloAddress && membership.CurrentSnapshot.GetSiloStatus(node) == SiloStatus.Active;

    private async Task AskAsync(SiloAddress node, FeedWatcher watcher, CancellationToken gone)
    {
        try
        {
            var (id, service) = (Guid.NewGuid(), GetGrainService(node));
            while (!gone.IsCancellationRequested)
            {
                var part = await service.TakeAsync(id, watcher.Source, (int)watcher.Outcomes);
                silent.TryRemove(node, out _);
                watcher.Miss(part.Missed);
                foreach (var frame in part.Frames) feed.Pass(watcher, frame.ToArray());
            }

            await service.LeaveAsync(id);
        }
        catch (Exception exception)
        {
            // It is asked again while it is a member.
            foreach (var former in silent.Keys.Where(known => !IsOther(known))) silent.TryRemove(former, out _);
            if (IsOther(node) && silent.TryAdd(node, true)) NotAsked(exception, node);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Node {Node} does not say what becomes of events there; watchers here do not see them. Asked again until it does.")]
    private partial void NotAsked(Exception exception, SiloAddress node);
}
