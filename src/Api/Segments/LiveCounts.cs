using System.Text;
using CdpPipeline.Api.Profiles;
using CdpPipeline.Api.Routes;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Interfaces.Segments;
using Microsoft.Extensions.Options;

namespace CdpPipeline.Api.Segments;

/// <summary>
/// Tells watchers every segment's count at once and then each change, as server-sent events: as soon as it is noted, and of one segment at most once a
/// period. However many watch, counts are looked at once for all of them, and not at all while nobody watches.
/// </summary>
internal sealed partial class LiveCounts(
    IGrains grains, SegmentNames names, ChangedSegments changed, IOptions<LiveOptions> options, TimeProvider clock, IHostApplicationLifetime lifetime, ILogger<LiveCounts> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private static readonly byte[] Heartbeat = ": still here\n\n"u8.ToArray();

    private readonly Lock entering = new();
    private readonly List<LiveWatcher> watchers = [];
    private bool isRunning;

    /// <summary>How many watch now.</summary>
    public int Watchers
    {
        get
        {
            lock (entering) return watchers.Count(watcher => !watcher.IsGone);
        }
    }

    public async Task WatchAsync(HttpContext context)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var watcher = Enter();
        try
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-cache";
            context.Response.Headers["X-Accel-Buffering"] = "no";
            await context.Response.StartAsync(ending.Token);
            await foreach (var frame in watcher.ReadAsync(ending.Token)) await context.Response.BodyWriter.WriteAsync(frame, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The watcher has gone, or the host stops.
        }
        finally
        {
            watcher.Leave();
        }
    }

    private static byte[] Frame(SegmentCount count)
    {
        var data = JsonAnswer.Render(count, static (json, count) =>
        {
            json.WriteString("segmentId"u8, count.Segment.Value);
            json.WriteNumber("memberCount"u8, count.MemberCount);
            json.WriteInstant("at"u8, count.At);
        });
        return Encoding.UTF8.GetBytes($"event: count\ndata: {Encoding.UTF8.GetString(data)}\n\n");
    }

    private LiveWatcher Enter()
    {
        var watcher = new LiveWatcher(options.Value.WaitingMax);
        lock (entering)
        {
            watchers.RemoveAll(other => other.IsGone);
            if (watchers.Count >= options.Value.WatchersMax) throw new OverloadedException($"More than {options.Value.WatchersMax} watch the live counts.");
            watchers.Add(watcher);
            if (!isRunning)
            {
                isRunning = true;
                _ = Task.Run(RunAsync);
            }

            changed.Wake();
        }

        return watcher;
    }

    private async Task RunAsync()
    {
        var told = new ToldCounts(grains, names, options.Value.Period, clock);
        var heardAt = clock.GetTimestamp();
        var isFaulty = false;
        while (Present() is { Count: > 0 } present)
        {
            try
            {
                await TellAsync(present, told);
                if (told.Fault is { } fault && !isFaulty) NotRead(fault);
                isFaulty = told.Fault is not null;
                if (clock.GetElapsedTime(heardAt) >= options.Value.HeartbeatPeriod)
                {
                    foreach (var watcher in present) watcher.Send(Heartbeat);
                    heardAt = clock.GetTimestamp();
                }

                // However fast counts change, there is a pause between two looks.
                await Task.Delay(Pause, clock, lifetime.ApplicationStopping);
                await changed.WaitAsync(told.UntilNextLook, lifetime.ApplicationStopping);
            }
            catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
            {
                foreach (var watcher in present) watcher.Leave();
            }
            catch (Exception exception)
            {
                // They connect again and are told everything anew.
                Interrupted(exception);
                foreach (var watcher in present) watcher.Leave();
            }
        }
    }

    /// <summary>A copy of those who watch; when nobody does, the loop is over.</summary>
    private List<LiveWatcher> Present()
    {
        lock (entering)
        {
            watchers.RemoveAll(watcher => watcher.IsGone);
            isRunning = watchers.Count > 0;
            return [.. watchers];
        }
    }

    private async Task TellAsync(List<LiveWatcher> present, ToldCounts told)
    {
        changed.TakeInto(told.Open);
        var isAnyNew = present.Exists(watcher => watcher.IsNew);
        var changes = new List<byte[]>();
        await foreach (var count in told.ChangesAsync(lifetime.ApplicationStopping)) changes.Add(Frame(count));
        var all = isAnyNew ? told.All.Select(Frame).ToList() : changes;
        foreach (var watcher in present)
        {
            var frames = watcher.IsNew ? all : changes;
            if (frames.Count > 0) watcher.Send(Joined(frames));
            watcher.IsNew = false;
        }
    }

    // One message for each look, so that many segments do not fill a watcher's queue.
    private static byte[] Joined(List<byte[]> frames) => frames.Count == 1 ? frames[0] : [.. frames.SelectMany(frame => frame)];

    [LoggerMessage(Level = LogLevel.Warning, Message = "Some live counts cannot be read; they are asked for again each second, and the others are told meanwhile.")]
    private partial void NotRead(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The live counts could not be read; those who watch must connect again.")]
    private partial void Interrupted(Exception exception);
}
