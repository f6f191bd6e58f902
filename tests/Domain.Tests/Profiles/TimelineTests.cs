using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Profiles;
using static CdpPipeline.Domain.Tests.Given;

namespace CdpPipeline.Domain.Tests.Profiles;

public sealed class TimelineTests
{
    [Fact]
    public void The_newest_come_first_and_ties_go_by_arrival_then_component_then_place()
    {
        var timeline = new Timeline([]);
        var e = Track("A", 0, User("u"));
        StoredEvent[] newestFirst =
        [
            new(new(1, 1), e with { Timestamp = Noon.AddSeconds(1) }),
            new(new(1, 2), e with { ReceivedAt = Noon.AddSeconds(1) }),
            new(new(2, 1), e),
            new(new(1, 4), e),
            new(new(1, 3), e),
        ];

        foreach (var at in (int[])[2, 4, 0, 3, 1]) timeline.Add(newestFirst[at]);

        Assert.Equal(newestFirst, timeline.Since(Noon));
    }

    [Fact]
    public void It_keeps_the_newest_hundred_in_whatever_order_they_come() => Seeds.Each(100, random =>
    {
        var events = Enumerable.Range(1, 150).Select(i => new StoredEvent(new EventId(1, i), Track("A", random.Next(60), User("u")))).ToArray();
        var timeline = new Timeline([]);
        foreach (var stored in events) timeline.Add(stored);

        var newest = events.OrderByDescending(stored => (stored.Event.Timestamp, stored.Event.ReceivedAt, stored.Id.Seq)).Take(Timeline.EventsMax);
        Assert.Equal(newest, timeline.Since(Noon));
    });

    [Fact]
    public void It_reaches_back_ninety_days_to_the_instant()
    {
        var timeline = new Timeline([new StoredEvent(new EventId(1, 1), Track("A", 0, User("u")))]);

        Assert.Single(timeline.Since(Noon + Timeline.Reach));
        Assert.Empty(timeline.Since(Noon + Timeline.Reach + TimeSpan.FromMicroseconds(1)));
    }
}
