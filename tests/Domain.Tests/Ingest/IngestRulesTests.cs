using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using static CdpPipeline.Domain.Tests.Given;

namespace CdpPipeline.Domain.Tests.Ingest;

public sealed class IngestRulesTests
{
    private static readonly ProfileRules Rules = new() { IdentifiersMax = 3, TraitsMax = 2, GroupsMax = 1, ConsentsMax = 2, ConflictsMax = 2 };

    [Fact]
    public void An_event_claims_the_identifiers_that_nobody_owns()
    {
        var decision = Decide(new Person(Component(1)), Track("Order", 5, User("u"), Anonymous("a")));

        var entry = Assert.IsType<EventEntry>(Assert.Single(decision.Entries));
        Assert.Equal((1, 1), (entry.Component, entry.Seq));
        Assert.Equal([User("u"), Anonymous("a")], entry.Claimed);
        Assert.Equal(new EventOutcome(IngestStatus.Stored, new EventId(1, 1), Refusal.None), Assert.Single(decision.Outcomes));
        Assert.Equal("u", decision.Person.Own.UserId);
    }

    [Fact]
    public void An_event_lies_with_the_component_that_owns_its_strongest_identifier()
    {
        var person = new Person([Component(1).After(Track("A", 0, Anonymous("a"))), Component(2).After(Track("B", 0, Email("e@x.com")))]);

        var decision = Decide(person, Track("Order", 1, Email("e@x.com"), Phone("+12345"), Anonymous("a")));

        var entry = Assert.IsType<EventEntry>(Assert.Single(decision.Entries));
        Assert.Equal((2, 2), (entry.Component, entry.Seq));
        Assert.Equal([Phone("+12345")], entry.Claimed);
    }

    [Fact]
    public void A_new_userId_is_the_identitys_own_so_that_no_undo_takes_it_away()
    {
        var person = new Person([Component(1).After(Track("A", 0, Anonymous("a"))), Component(2).After(Track("B", 0, Anonymous("b")))]);

        var decision = Decide(person, Track("Order", 1, User("u"), Anonymous("b")));

        Assert.Equal(1, Assert.Single(decision.Entries).Component);
        Assert.Equal("u", decision.Person.Own.UserId);
    }

    [Fact]
    public void Another_userId_decides_nothing_at_all()
    {
        var person = new Person(Component(1).After(Track("A", 0, User("u"), Anonymous("a"))));

        var decision = Decide(person, Track("B", 1, Anonymous("a")), Track("C", 2, User("v"), Anonymous("a")));

        Assert.True(decision.IsOtherUser);
        Assert.Empty(decision.Entries);
        Assert.Same(person, decision.Person);
    }

    [Fact]
    public void A_messageId_is_stored_once_also_within_a_batch()
    {
        var e = Track("A", 0, Anonymous("a")) with { MessageId = "m" };

        var decision = Decide(new Person(Component(1)), e, e, e with { MessageId = "n" });

        Assert.Equal([IngestStatus.Stored, IngestStatus.Duplicate, IngestStatus.Stored], decision.Outcomes.Select(outcome => outcome.Status));
        Assert.Equal(decision.Outcomes[0].Id, decision.Outcomes[1].Id);
        Assert.Equal(2, decision.Person.Own.EventCount);
    }

    [Fact]
    public void A_known_messageId_changes_nothing_and_answers_the_first_id()
    {
        var person = new Person(Component(1).After(Track("A", 0, Anonymous("a"))));
        var known = new KnownMessages(new Dictionary<string, EventId> { ["m"] = new(1, 1) });

        var decision = Decide(person, known, [new(User("u"), Id(9))], Track("A", 0, User("u"), Anonymous("a")) with { MessageId = "m" });

        Assert.Empty(decision.Entries);
        Assert.Same(person, decision.Person);
        Assert.Equal(new EventOutcome(IngestStatus.Duplicate, new EventId(1, 1), Refusal.None), Assert.Single(decision.Outcomes));
    }

    [Fact]
    public void What_others_own_stays_theirs_and_the_conflict_is_recorded_once()
    {
        var e = Track("A", 0, User("u"), Anonymous("a")) with { MessageId = "m" };

        var decision = Decide(new Person(Component(1)), KnownMessages.None, [new(Anonymous("a"), Id(9))], e);

        Assert.Equal([User("u")], Assert.IsType<EventEntry>(decision.Entries[0]).Claimed);
        Assert.Equal(new ConflictRecorded(Anonymous("a"), Id(9), "m"), Assert.IsType<ChangeEntry>(decision.Entries[1]).Change);
        Assert.Single(Decide(decision.Person, KnownMessages.None, [new(Anonymous("a"), Id(9))], e with { MessageId = "n" }).Entries);
    }

    [Fact]
    public void Arrivals_never_go_back_within_a_component()
    {
        var person = new Person(Component(1).After(Track("A", 9, Anonymous("a"))));

        var decision = Decide(person, Track("B", 4, Anonymous("a")));

        var entry = Assert.IsType<EventEntry>(Assert.Single(decision.Entries));
        Assert.Equal(Noon.AddSeconds(9), entry.Event.ReceivedAt);
        Assert.Equal(Noon.AddSeconds(4), entry.Event.Timestamp);
        Assert.True(entry.IsLate);
    }

    [Fact]
    public void Beyond_its_bounds_a_person_takes_no_more_and_good_neighbours_are_kept()
    {
        var decision = Decide(
            new Person(Component(1)),
            Track("A", 0, User("u"), Email("e@x.com"), Phone("+12345"), Anonymous("a")),
            Identify("""{"a":1,"b":2,"c":3}""", 0, User("u")),
            Identify("""{"a":1,"b":2}""", 0, User("u")),
            Identify("""{"c":3}""", 0, User("u")),
            Identify("""{"a":null}""", 0, User("u")),
            Group("g", "{}", 0, User("u")),
            Group("h", "{}", 0, User("u")),
            Group("g", "{}", 0, User("u")));

        Assert.Equal(
            [Refusal.TooManyIdentifiers, Refusal.TooManyTraits, Refusal.None, Refusal.TooManyTraits, Refusal.None, Refusal.None, Refusal.TooManyGroups, Refusal.None],
            decision.Outcomes.Select(outcome => outcome.Refusal));
        Assert.Equal(4, decision.Entries.Count);
    }

    [Fact]
    public void Beyond_its_bound_no_category_of_consent_is_added_and_those_there_still_change()
    {
        static Event Saying(string preferences) => Track("A", 0, User("u")) with { Context = System.Text.Encoding.UTF8.GetBytes($$$"""{"consent":{"categoryPreferences":{{{preferences}}}}}""") };

        var decision = Decide(
            new Person(Component(1)), Saying("""{"a":true,"b":true,"c":true}"""), Saying("""{"a":true,"b":false}"""), Saying("""{"c":true}"""), Saying("""{"a":false,"b":"yes"}"""));

        Assert.Equal([Refusal.TooManyConsents, Refusal.None, Refusal.TooManyConsents, Refusal.None], decision.Outcomes.Select(outcome => outcome.Refusal));
        Assert.Equal([("a", false), ("b", false)], decision.Person.Combination.Consents.All.Select(said => (said.Key, said.Value.Granted)));
    }

    [Fact]
    public void Deciding_is_pure_and_its_entries_say_all() => Seeds.Each(500, random =>
    {
        var person = new Person([Component(1).After(Track("A", 0, Anonymous("a"))), Component(2).After(Track("B", 0, Email("b")))]);
        var events = Enumerable.Range(0, random.Next(1, 6)).Select(i => random.Event(Email("b"), Phone("p"), Anonymous("a"), Anonymous("n")) with { MessageId = $"m{random.Next(4)}" }).ToArray();

        var decision = Decide(person, events);

        Assert.Equal(decision.Outcomes, Decide(person, events).Outcomes);
        var folded = decision.Entries.Aggregate(person, (all, entry) => all.With(all.Find(entry.Component).After(entry)));
        Assert.Equal(decision.Person.Combination.EventCount, folded.Combination.EventCount);
        Assert.Equal(decision.Person.Combination.Identifiers, folded.Combination.Identifiers);
        Assert.Equal(decision.Person.Combination.Traits.Present.Keys, folded.Combination.Traits.Present.Keys);
        foreach (var log in decision.Entries.GroupBy(entry => entry.Component))
            Assert.Equal(Enumerable.Range(2, log.Count()), log.Select(entry => (int)entry.Seq));
    });

    private static IngestDecision Decide(Person person, params Event[] events) => Decide(person, KnownMessages.None, [], events);

    private static IngestDecision Decide(Person person, KnownMessages known, ForeignIdentifier[] foreign, params Event[] events) =>
        new IngestRules(Rules, new ComponentFold(Rules)).Decide(person, events, foreign, known, SegmentCatalog.Empty, Noon);
}
