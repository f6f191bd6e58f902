using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using static CdpPipeline.Domain.Tests.Given;

namespace CdpPipeline.Domain.Tests.Profiles;

public sealed class ComponentFoldTests
{
    [Fact]
    public void Every_accepted_call_counts_whatever_its_type()
    {
        var component = Component(1).After(
            Track("Order", 3, User("u")),
            Track("Page Viewed", 1, User("u")) with { Type = EventType.Page },
            Track("Upgraded Plan", 2, User("u")),
            Identify("""{"plan":"pro"}""", 9, User("u")),
            Group("g", """{"size":3}""", 4, User("u")));

        Assert.Equal((5, 1, 1), (component.EventCount, component.PageViews, component.Conversions));
        Assert.Equal((Noon.AddSeconds(1).ToMicros(), Noon.AddSeconds(9).ToMicros()), (component.FirstSeen, component.LastSeen));
        Assert.Equal(["plan"], component.Traits.Present.Keys);
        Assert.Equal("3", Text(Assert.Single(component.Groups.All).Value.Present["size"]));
        Assert.Equal(5, component.Seq);
    }

    [Fact]
    public void Only_identify_calls_speak_of_traits() =>
        Assert.Empty(Component(1).After(Track("Order", 0, User("u")) with { Properties = Json("""{"plan":"pro"}""") }).Traits.Present);

    [Fact]
    public void An_identifier_was_first_seen_with_the_earliest_event_that_carries_it()
    {
        var component = Component(1).After(Track("A", 5, Anonymous("a"), Anonymous("b")), Track("B", 2, Anonymous("a")));

        Assert.Equal([2, 5], component.Identifiers.Select(linked => (int)(linked.FirstSeen - Noon).TotalSeconds));
        Assert.Equal([1L, 1L], component.Identifiers.Select(linked => linked.Seq));
    }

    [Fact]
    public void A_change_of_the_graph_is_no_event()
    {
        var component = Component(1).After(new ConflictRecorded(Anonymous("a"), Id(2), "m"), second: 7);

        Assert.Equal((1, 0), (component.Seq, component.EventCount));
        Assert.Equal(Noon.AddSeconds(7), Assert.Single(component.Conflicts).At);
    }

    [Fact]
    public void Late_and_disordered_events_end_as_in_order() => Seeds.Each(500, random =>
    {
        Event[] events = [.. Enumerable.Range(0, random.Next(1, 12)).Select(i => random.Event(Anonymous("a"), Anonymous("b")) with { Timestamp = Noon.AddSeconds(i), ReceivedAt = Noon })];
        var ordered = Component(1).After(events);
        random.Shuffle(events);
        var disordered = Component(1).After(events);

        Assert.Equal(Seen(ordered), Seen(disordered));
    });

    private static string Seen(Component component) => string.Join('\n',
        component.EventCount,
        component.PageViews,
        component.Conversions,
        component.FirstSeen,
        component.LastSeen,
        string.Join(',', component.Identifiers.OrderBy(linked => linked.Identifier).Select(linked => $"{linked.Identifier} {linked.FirstSeen:O}")),
        Seen(component.Traits),
        string.Join(',', component.Groups.All.Select(group => $"{group.Key} {Seen(group.Value)}")));

    private static string Seen(TraitMap traits) => string.Join(',', traits.Present.Select(pair => $"{pair.Key}={Text(pair.Value)}"));
}
