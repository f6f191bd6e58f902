using CdpPipeline.Api.Feed;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Silo.Feed;

/// <summary>Answers for this node. Calls run beside each other: one that waits holds up nobody.</summary>
internal sealed class FeedService(GrainId id, global::Orleans.Runtime.Silo silo, ILoggerFactory loggers, FeedGuests guests) : GrainService(id, silo, loggers), IFeedService
{
    public Task<FeedPart> TakeAsync(Guid watcher, string? source, int outcomes) => guests.TakeAsync(watcher, source, (FeedOutcome)outcomes);

    public Task LeaveAsync(Guid watcher)
    {
        guests.Leave(watcher);
        return Task.CompletedTask;
    }
}
