using System.Collections.Concurrent;
using CdpPipeline.Api.Feed;

namespace CdpPipeline.Silo.Feed;

/// <summary>Those who watch this node's events at other nodes. Who is not asked for in <see cref="ForgottenAfter"/> is forgotten. Safe for concurrent use.</summary>
internal sealed class FeedGuests(EventFeed feed)
{
    public static readonly TimeSpan ForgottenAfter = TimeSpan.FromSeconds(10);

    private const int FramesTogether = 64;
    private const int BytesTogether = 512 * 1024;

    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Guid, Guest> guests = new();

    public async Task<FeedPart> TakeAsync(Guid id, string? source, FeedOutcome outcomes)
    {
        var guest = guests.GetOrAdd(id, _ => new Guest(feed.EnterGuest(source, outcomes), () => Leave(id)));
        guest.Expect(ForgottenAfter);
        if (guest.Watcher.Frames.Count == 0) await guest.WaitAsync(WaitMax);
        var frames = new List<ReadOnlyMemory<byte>>();
        for (var bytes = 0; frames.Count < FramesTogether && bytes < BytesTogether && guest.Watcher.Frames.TryRead(out var frame); bytes += frame.Length) frames.Add(frame);
        return new FeedPart(frames, guest.Watcher.TakeMissed());
    }

    public void Leave(Guid id)
    {
        if (!guests.TryRemove(id, out var guest)) return;
        feed.Leave(guest.Watcher);
        guest.Dispose();
    }

    private sealed class Guest(FeedWatcher watcher, Action forget) : IDisposable
    {
        // Whether somebody is alive is a matter of real time.
        private readonly ITimer timer = TimeProvider.System.CreateTimer(_ => forget(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public FeedWatcher Watcher => watcher;

        public void Expect(TimeSpan within) => timer.Change(within, Timeout.InfiniteTimeSpan);

        public async Task WaitAsync(TimeSpan max)
        {
            using var late = new CancellationTokenSource(max);
            try
            {
                await watcher.Frames.WaitToReadAsync(late.Token);
            }
            catch (OperationCanceledException)
            {
                // There is nothing yet.
            }
        }

        public void Dispose() => timer.Dispose();
    }
}
