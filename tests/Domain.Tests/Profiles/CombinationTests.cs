using CdpPipeline.Domain.Profiles;
using static CdpPipeline.Domain.Tests.Given;

namespace CdpPipeline.Domain.Tests.Profiles;

public sealed class CombinationTests
{
    [Fact]
    public void Counters_add_up_and_times_are_extremes()
    {
        var all = new Person([Component(1).After(Track("A", 5, Anonymous("a"))), Component(2).After(Track("B", 1, Anonymous("b")), Track("C", 9, Anonymous("b")))]).Combination;

        Assert.Equal(3, all.EventCount);
        Assert.Equal((Noon.AddSeconds(1), Noon.AddSeconds(9)), (all.FirstSeen, all.LastSeen));
    }

    [Fact]
    public void A_person_without_events_was_never_seen()
    {
        var all = new Person(Component(1)).Combination;

        Assert.Null(all.FirstSeen);
        Assert.Null(all.LastSeen);
    }

    [Fact]
    public void A_component_without_events_leaves_the_extremes_alone() =>
        Assert.Equal(Noon.AddSeconds(5), new Person([Component(1), Component(2).After(Track("A", 5, Anonymous("a")))]).Combination.FirstSeen);

    [Fact]
    public void The_email_is_the_newest_and_the_userId_the_identitys_own()
    {
        var person = new Person([Component(1).After(Track("A", 0, User("own"), Email("old@x.com"))), Component(2).After(Track("B", 5, User("other"), Email("new@x.com")))]);

        Assert.Equal(("own", "new@x.com"), (person.Combination.UserId, person.Combination.Email));
        Assert.Equal([User("own"), User("other"), Email("old@x.com"), Email("new@x.com")], person.Combination.Identifiers.Select(linked => linked.Identifier));
    }

    [Fact]
    public void The_order_in_which_components_were_absorbed_leaves_no_trace() => Seeds.Each(500, random =>
    {
        var components = Enumerable.Range(1, random.Next(1, 5))
            .Select(i => Component(i).After(Enumerable.Range(0, random.Next(5)).Select(_ => random.Event(Email($"{i}@x.com"), Anonymous($"a{i}")))))
            .ToArray();
        var one = Seen(new Person([.. components]));
        random.Shuffle(components.AsSpan(1));

        Assert.Equal(one, Seen(new Person([.. components])));
    });

    [Fact]
    public void Absorbing_and_releasing_is_as_if_nothing_had_been() => Seeds.Each(200, random =>
    {
        var own = new Person(Component(2).After(random.Event(Email("a@x.com")), random.Event(Anonymous("a"))));
        var other = Component(1).After(random.Event(Email("b@x.com")), random.Event(Anonymous("b")));

        Assert.Equal(Seen(own), Seen(own.Absorb([other]).Release([other])));
    });

    private static string Seen(Person person)
    {
        var all = person.Combination;
        return string.Join('\n',
            $"{all.EventCount} {all.PageViews} {all.Conversions} {all.FirstSeen:O} {all.LastSeen:O} {all.Email} {all.UserId}",
            string.Join(',', all.Identifiers),
            Seen(all.Traits),
            string.Join(',', all.Groups.All.Select(group => $"{group.Key} {Seen(group.Value)}")));
    }

    private static string Seen(TraitMap traits) => string.Join(',', traits.Present.Select(pair => $"{pair.Key}={Text(pair.Value)}"));
}
