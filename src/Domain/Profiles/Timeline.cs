using CdpPipeline.Domain.Events;

namespace CdpPipeline.Domain.Profiles;

/// <summary>The newest events of a person, newest first, by (timestamp, arrival, component, seq). At most <see cref="EventsMax"/>.</summary>
public sealed class Timeline
{
    public const int EventsMax = 100;

    /// <summary>How far back the timeline of a profile reaches.</summary>
    public static readonly TimeSpan Reach = TimeSpan.FromDays(90);

    private readonly List<StoredEvent> events;

    /// <param name="events">What the store has, newest first.</param>
    public Timeline(IEnumerable<StoredEvent> events) => this.events = [.. events];

    public int Count => events.Count;

    public void Add(StoredEvent added)
    {
        var at = 0;
        while (at < events.Count && Compare(events[at], added) > 0) at++;
        if (at == EventsMax) return;
        events.Insert(at, added);
        if (events.Count > EventsMax) events.RemoveAt(EventsMax);
    }

    /// <summary>Those not older than the reach, as a copy.</summary>
    public IReadOnlyList<StoredEvent> Since(DateTimeOffset now) => [.. events.TakeWhile(stored => stored.Event.Timestamp >= now - Reach)];

    private static int Compare(StoredEvent a, StoredEvent b) =>
        (a.Event.Timestamp, a.Event.ReceivedAt, a.Id.Component, a.Id.Seq).CompareTo((b.Event.Timestamp, b.Event.ReceivedAt, b.Id.Component, b.Id.Seq));
}
