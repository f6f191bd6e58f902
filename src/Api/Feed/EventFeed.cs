using System.Diagnostics.Metrics;
using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Ingest;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Grains;
using CdpPipeline.Grains.Erasing;
using CdpPipeline.Grains.Interfaces.Ingest;
using Microsoft.Extensions.Options;

namespace CdpPipeline.Api.Feed;

/// <summary>
/// Shows watchers what becomes of events while this process answers them. While nobody watches it costs a look at a field; memory is bounded by the number
/// of watchers, here and at other nodes, and what may wait for each. Nothing is kept. Safe for concurrent use.
/// </summary>
internal sealed class EventFeed
{
    private readonly FeedOptions options;
    private readonly ErasureView erasures;
    private readonly TimeProvider clock;
    private readonly Counter<long> dropped;
    private readonly Lock entering = new();
    private volatile FeedWatcher[] watchers = [];

    public EventFeed(IOptions<FeedOptions> options, ErasureView erasures, IMeterFactory meters, TimeProvider clock)
    {
        (this.options, this.erasures, this.clock) = (options.Value, erasures, clock);
        var meter = meters.Create(GrainMetrics.MeterName);
        meter.CreateObservableGauge("cdp.feed.watchers", () => Own(watchers), "{watcher}", "Connections that watch the event debugger at this node.");
        dropped = meter.CreateCounter<long>("cdp.feed.dropped", "{event}", "Events that a watcher of the event debugger was not shown, because too many waited for it.");
    }

    public bool IsWatched => watchers.Length > 0;

    public TimeSpan HeartbeatPeriod => options.HeartbeatPeriod;

    /// <summary>From now on it is sent what it wants to see. Throws <see cref="OverloadedException"/> when there are too many.</summary>
    public FeedWatcher Enter(string? source, FeedOutcome outcomes)
    {
        var watcher = new FeedWatcher(source, outcomes, options.WaitingMax, isGuest: false);
        lock (entering)
        {
            if (Own(watchers) >= options.WatchersMax) throw new OverloadedException($"More than {options.WatchersMax} watch the event debugger.");
            watchers = [.. watchers, watcher];
        }

        return watcher;
    }

    /// <summary>The same for somebody who was let in at another node.</summary>
    public FeedWatcher EnterGuest(string? source, FeedOutcome outcomes)
    {
        var watcher = new FeedWatcher(source, outcomes, options.WaitingMax, isGuest: true);
        lock (entering) watchers = [.. watchers, watcher];
        return watcher;
    }

    public void Leave(FeedWatcher watcher)
    {
        lock (entering) watchers = [.. watchers.Where(other => other != watcher)];
    }

    /// <summary>Shows a watcher what was answered at another node.</summary>
    public void Pass(FeedWatcher watcher, byte[] frame)
    {
        if (!watcher.Send(frame)) dropped.Add(1);
    }

    /// <summary>What became of a call's events; the outcomes are those of <see cref="ReadEvents.Events"/>, or none where nothing was handed on.</summary>
    public void Show(Source source, ReadEvents read, IReadOnlyList<IngestOutcome> outcomes)
    {
        if (IsWatched) ShowAll(source, read, outcomes);
    }

    /// <summary>A call, or an event of one, that can't be taken.</summary>
    public void Show(Source source, RejectedEvent rejected)
    {
        if (IsWatched) ShowOne(source, rejected);
    }

    // Of whoever wants to be forgotten nothing is shown, whatever is wrong with the event.
    private RejectedEvent Shown(RejectedEvent rejected) =>
        rejected.Named.Any(erasures.Suppresses) || (rejected.Event is { } read && erasures.Suppresses(read)) ? rejected with { Event = null, Sent = default } : rejected;

    private static int Own(FeedWatcher[] watchers) => watchers.Count(watcher => !watcher.IsGuest);

    private static FeedOutcome ResultOf(IngestStatus status) => status switch
    {
        IngestStatus.Stored => FeedOutcome.Accepted,
        IngestStatus.Duplicate => FeedOutcome.Duplicate,
        IngestStatus.Suppressed => FeedOutcome.Suppressed,
        _ => FeedOutcome.Rejected,
    };

    // Apart from the look whether anybody watches, so that nothing is allocated for nobody.
    private void ShowAll(Source source, ReadEvents read, IReadOnlyList<IngestOutcome> outcomes)
    {
        for (var i = 0; i < outcomes.Count; i++)
        {
            var (@event, outcome, result) = (read.Events[i], outcomes[i], ResultOf(outcomes[i].Status));
            if (outcome.Status == IngestStatus.Refused)
                Send(source, result, () => FeedFrame.Of(source, IngestAnswers.Refused(read, i, outcome.Refusal) with { Event = @event }, @event.ReceivedAt, options.ShownBytesMax));
            else
                Send(source, result, () => FeedFrame.Of(source, @event, result, outcome, read.Reported.GetValueOrDefault(i), options.ShownBytesMax));
        }

        foreach (var rejected in read.Rejected) ShowOne(source, rejected);
    }

    private void ShowOne(Source source, RejectedEvent rejected) =>
        Send(source, FeedOutcome.Rejected, () => FeedFrame.Of(source, Shown(rejected), clock.GetUtcNow(), options.ShownBytesMax));

    // Written once for all who want it, and not at all for nobody.
    private void Send(Source source, FeedOutcome outcome, Func<byte[]> write)
    {
        byte[]? frame = null;
        foreach (var watcher in watchers)
        {
            if (watcher.Wants(source, outcome)) Pass(watcher, frame ??= write());
        }
    }
}
