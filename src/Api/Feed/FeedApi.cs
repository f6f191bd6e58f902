using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Routes;

namespace CdpPipeline.Api.Feed;

/// <summary>Maps <c>GET /api/events/live</c>: what becomes of events, as server-sent events. It shows what profiles show, to the same keys.</summary>
public static class FeedApi
{
    private static readonly byte[] Heartbeat = ": still here\n\n"u8.ToArray();
    private static readonly byte[] Watching = "event: watching\ndata: {}\n\n"u8.ToArray();

    public static IEndpointRouteBuilder MapFeed(this IEndpointRouteBuilder endpoints)
    {
        var feed = endpoints.ServiceProvider.GetRequiredService<EventFeed>();
        var reach = endpoints.ServiceProvider.GetService<IFeedReach>();
        var clock = endpoints.ServiceProvider.GetRequiredService<TimeProvider>();
        var lifetime = endpoints.ServiceProvider.GetRequiredService<IHostApplicationLifetime>();
        endpoints.Serve("/api/events/live", ApiRoute.Get(ApiAccess.Read, context => WatchAsync(context, feed, reach, clock, lifetime)));
        return endpoints;
    }

    private static async Task WatchAsync(HttpContext context, EventFeed feed, IFeedReach? reach, TimeProvider clock, IHostApplicationLifetime lifetime)
    {
        var problem = ListQuery.ReadText(context.Request, "source", out var source);
        var outcomes = FeedOutcomes.Parse(context.Request.Query["outcome"]);
        if (outcomes is null) problem ??= Problems.InvalidField("outcome", $"Expected {FeedOutcomes.Choice}, or several of them separated by commas.");
        if (problem is not null)
        {
            await ProblemResponse.WriteAsync(context, problem);
            return;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var watcher = feed.Enter(source, outcomes!.Value);
        try
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-cache";
            context.Response.Headers["X-Accel-Buffering"] = "no";
            reach?.Follow(watcher, ending.Token);
            await context.Response.BodyWriter.WriteAsync(Watching, ending.Token);
            await ShowAsync(context.Response, watcher, feed.HeartbeatPeriod, clock, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The watcher has gone, or the host stops.
        }
        finally
        {
            feed.Leave(watcher);
            await ending.CancelAsync();
        }
    }

    private static async Task ShowAsync(HttpResponse response, FeedWatcher watcher, TimeSpan heartbeat, TimeProvider clock, CancellationToken cancellationToken)
    {
        while (true)
        {
            var more = watcher.Frames.WaitToReadAsync(cancellationToken).AsTask();
            while (!await IsSoonAsync(more, heartbeat, clock, cancellationToken)) await response.BodyWriter.WriteAsync(Heartbeat, cancellationToken);
            while (watcher.Frames.TryRead(out var frame))
            {
                if (watcher.TakeDropped() is { } dropped) await response.BodyWriter.WriteAsync(dropped, cancellationToken);
                await response.BodyWriter.WriteAsync(frame, cancellationToken);
            }
        }
    }

    private static async Task<bool> IsSoonAsync(Task more, TimeSpan waitMax, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            await more.WaitAsync(waitMax, clock, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
