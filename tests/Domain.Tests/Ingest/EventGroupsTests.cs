using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Ingest;
using static CdpPipeline.Domain.Tests.Given;

namespace CdpPipeline.Domain.Tests.Ingest;

public sealed class EventGroupsTests
{
    [Fact]
    public void Strangers_are_apart_and_keep_their_order() =>
        Assert.Equal(
            [[0, 2], [1, 3]],
            Split(Track("A", 0, User("u")), Track("B", 0, User("v")), Track("C", 0, User("u")), Track("D", 0, User("v"))));

    [Fact]
    public void A_later_event_connects_those_before_it() =>
        Assert.Equal(
            [[0, 1, 3], [2]],
            Split(Track("A", 0, User("u")), Track("B", 0, Anonymous("a")), Track("C", 0, Anonymous("b")), Track("D", 0, User("u"), Anonymous("a"))));

    [Fact]
    public void The_same_value_of_another_kind_is_another_name() =>
        Assert.Equal([[0], [1]], Split(Track("A", 0, User("x")), Track("B", 0, Anonymous("x"))));

    [Fact]
    public void An_alias_connects_whoever_its_previous_id_may_mean() =>
        Assert.Equal(
            [[0, 1, 2]],
            Split(Track("A", 0, User("old")), Track("B", 0, Anonymous("old")), Track("C", 0, User("new")) with { Type = EventType.Alias, PreviousId = "old" }));

    [Fact]
    public void An_empty_batch_has_no_groups() => Assert.Empty(EventGroups.Split([]));

    [Fact]
    public void Groups_are_the_classes_of_sharing_an_identifier() => Seeds.Each(500, random =>
    {
        var events = Enumerable.Range(0, random.Next(12)).Select(i => random.Event([.. Enumerable.Range(0, 3).Select(_ => Anonymous($"{random.Next(10)}")).Distinct()])).ToArray();
        var classes = Enumerable.Range(0, events.Length).ToArray();
        for (var round = 0; round < events.Length; round++)
        {
            for (var i = 0; i < events.Length; i++)
            {
                for (var j = 0; j < events.Length; j++)
                {
                    if (events[i].Identifiers.Intersect(events[j].Identifiers).Any()) classes[i] = classes[j] = Math.Min(classes[i], classes[j]);
                }
            }
        }

        var expected = Enumerable.Range(0, events.Length).GroupBy(i => classes[i]).Select(group => group.ToList());
        Assert.Equal(expected, EventGroups.Split(events));
    });

    private static IReadOnlyList<List<int>> Split(params Event[] events) => EventGroups.Split(events);
}
