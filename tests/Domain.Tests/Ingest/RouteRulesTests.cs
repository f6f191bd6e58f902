using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Domain.Merging;
using static CdpPipeline.Domain.Tests.Given;

namespace CdpPipeline.Domain.Tests.Ingest;

public sealed class RouteRulesTests
{
    private static readonly Event Both = Track("Order", 0, User("u"), Anonymous("a"));

    [Fact]
    public void Nobody_known_is_somebody_new()
    {
        var route = RouteRules.Plan(Both, []);

        Assert.Null(route.Target);
        Assert.Null(route.Merge);
        Assert.Empty(route.Foreign);
    }

    [Fact]
    public void An_event_goes_to_the_one_person_it_names() =>
        Assert.Equal(Id(1), RouteRules.Plan(Both, [new(Anonymous("a"), Facts(1))]).Target);

    [Fact]
    public void Two_people_are_joined_first_into_the_one_with_the_userId()
    {
        var route = RouteRules.Plan(Both, [new(User("u"), Facts(2, "u", createdSecond: 9)), new(Anonymous("a"), Facts(1))]);

        Assert.Null(route.Target);
        Assert.Equal((Id(1), Id(2)), (route.Merge!.Loser.Id, route.Merge.Survivor.Id));
    }

    [Fact]
    public void A_known_userId_keeps_the_event_and_leaves_others_what_is_theirs()
    {
        var route = RouteRules.Plan(Both, [new(User("u"), Facts(1, "u")), new(Anonymous("a"), Facts(2, "v"))]);

        Assert.Equal(Id(1), route.Target);
        Assert.Equal([new ForeignIdentifier(Anonymous("a"), Id(2))], route.Foreign);
    }

    [Fact]
    public void A_new_userId_never_goes_to_who_has_another()
    {
        var route = RouteRules.Plan(Both, [new(Anonymous("a"), Facts(2, "v"))]);

        Assert.Null(route.Target);
        Assert.Equal([new ForeignIdentifier(Anonymous("a"), Id(2))], route.Foreign);
    }

    [Fact]
    public void A_new_userId_goes_to_the_strongest_who_has_none()
    {
        var e = Track("Order", 0, User("u"), Email("e@x.com"), Anonymous("a"));

        var route = RouteRules.Plan(e, [new(Email("e@x.com"), Facts(1, "v")), new(Anonymous("a"), Facts(2))]);

        Assert.Equal(Id(2), route.Target);
        Assert.Equal([new ForeignIdentifier(Email("e@x.com"), Id(1))], route.Foreign);
    }

    [Fact]
    public void A_second_userId_of_a_person_joined_on_request_is_hers()
    {
        var joined = Facts(1, "first");

        Assert.Equal(Id(1), RouteRules.Plan(Both, [new(User("u"), joined), new(Anonymous("a"), joined)]).Target);
    }

    [Fact]
    public void Who_was_kept_apart_stays_apart()
    {
        var route = RouteRules.Plan(Track("Order", 0, Email("e@x.com"), Anonymous("a")), [new(Email("e@x.com"), Facts(1, keptApart: 2)), new(Anonymous("a"), Facts(2))]);

        Assert.Equal(Id(1), route.Target);
        Assert.Equal(Id(2), Assert.Single(route.Foreign).Owner);
    }

    [Fact]
    public void Planning_and_joining_comes_to_an_end_with_one_target_and_one_userId() => Seeds.Each(1_000, random =>
    {
        var people = Enumerable.Range(1, 4).Select(i => Facts(i, random.Next(3) == 0 ? $"u{i}" : null, random.Next(3), [.. Enumerable.Range(1, 4).Where(_ => random.Next(8) == 0)])).ToList();
        var identifiers = new[] { User(random.Next(2) == 0 ? "u1" : "new"), Email("e"), Phone("p"), Anonymous("a") };
        var owned = identifiers.Where(identifier => identifier.Value != "new")
            .Select(identifier => new OwnedIdentifier(identifier, identifier.Value == "u1" ? people[0] = people[0] with { UserId = "u1" } : people[random.Next(4)])).ToList();
        owned = owned.ConvertAll(pair => pair with { Owner = people.Single(facts => facts.Id == pair.Owner.Id) });
        var e = Track("Order", 0, identifiers);
        var joins = 0;
        var route = RouteRules.Plan(e, owned);
        for (; route.Merge is { } merge; route = RouteRules.Plan(e, owned), joins++)
        {
            Assert.Null(MergeRules.Decide(merge.Loser, merge.Survivor, isExplicit: false).Refusal);
            var survivor = merge.Survivor with { Components = [.. merge.Survivor.Components, .. merge.Loser.Components], KeptApart = [.. merge.Survivor.KeptApart, .. merge.Loser.KeptApart] };
            owned = owned.ConvertAll(pair => pair.Owner.Id == merge.Loser.Id || pair.Owner.Id == survivor.Id ? pair with { Owner = survivor } : pair);
        }

        Assert.InRange(joins, 0, 3);
        Assert.Equal(route.Foreign.Select(foreign => foreign.Identifier), owned.Where(pair => pair.Owner.Id != route.Target).Select(pair => pair.Identifier));
        if (owned.Find(pair => pair.Owner.Id == route.Target).Owner is { UserId: { } user } && identifiers[0].Value == "new") Assert.Fail($"A new userId went to {user}.");
    });
}
