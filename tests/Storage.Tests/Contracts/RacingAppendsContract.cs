using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Tests.Contracts;

/// <summary>What holds when many append at the same time.</summary>
public abstract class RacingAppendsContract(IStoreFixture fixture) : StoreContract(fixture)
{
    private const int Racers = 64;

    [Fact]
    public async Task Of_sixty_four_who_claim_the_same_identifier_one_wins_and_the_others_leave_nothing()
    {
        await using var other = await Fixture.OpenAsync(Stream, Token);
        var people = await Task.WhenAll(Enumerable.Range(0, Racers).Select(_ => NewAsync()));

        var results = await Task.WhenAll(people.Select((person, i) => Task.Run(() => (i % 2 == 0 ? Log : other.Events).AppendAsync(
            new Append
            {
                Created = [person],
                Entries = [Entry(person.Key, 1)],
                Claims = [new Claim(UserId($"own-{i}"), person.Key, Noon), new Claim(Email("shared@x.com"), person.Key, Noon)],
            },
            Token))));

        var winner = Assert.Single(Enumerable.Range(0, Racers), i => results[i] is Committed);
        Assert.Equal(people[winner].Id, await Store.Identities.FindOwnerAsync(Email("shared@x.com"), Token));
        for (var i = 0; i < Racers; i++)
        {
            if (i == winner) continue;
            Assert.Equal([Email("shared@x.com")], Assert.IsType<IdentifiersTaken>(results[i]).Identifiers);
            Assert.Null(await Log.LoadAsync(people[i].Id, Token));
            Assert.Null(await Store.Identities.FindOwnerAsync(UserId($"own-{i}"), Token));
            Assert.Empty(await EntriesAsync(people[i].Key));
        }
    }

    [Fact]
    public async Task Claims_in_opposite_orders_never_deadlock_and_each_identifier_gets_one_owner()
    {
        await using var other = await Fixture.OpenAsync(Stream, Token);
        var shared = Enumerable.Range(0, 40).Select(i => UserId($"u{i:00}")).ToArray();
        var people = await Task.WhenAll(Enumerable.Range(0, Racers).Select(_ => NewAsync()));
        var random = new Random(7);
        var wanted = people.Select(_ => random.GetItems(shared, 3).Distinct().ToArray()).ToArray();

        var results = await Task.WhenAll(people.Select((person, i) => Task.Run(() => (i % 2 == 0 ? Log : other.Events).AppendAsync(
            new Append { Created = [person], Entries = [], Claims = [.. wanted[i].Select(identifier => new Claim(identifier, person.Key, Noon))] }, Token))));

        for (var i = 0; i < Racers; i++)
        {
            foreach (var identifier in wanted[i])
            {
                var owner = await Store.Identities.FindOwnerAsync(identifier, Token);
                if (results[i] is Committed) Assert.Equal(people[i].Id, owner);
                else Assert.NotEqual(people[i].Id, owner);
            }
        }

        Assert.Contains(results, result => result is Committed);
    }

    [Fact]
    public async Task A_bad_append_among_many_good_ones_fails_alone()
    {
        var people = new List<NewIdentity>();
        for (var i = 0; i < 300; i++) people.Add(await NewAsync());
        await Task.WhenAll(people.Select(person => CommitAsync(new Append { Created = [person], Entries = [Entry(person.Key, 1, Track("A", Noon, "first"))] })));
        await CommitAsync(new Append { Entries = [], Claims = [new Claim(UserId("owned"), people[0].Key, Noon)] });

        var results = await Task.WhenAll(people.Select((person, i) => Log.AppendAsync(
            i switch
            {
                17 => new Append { Entries = [Entry(person.Key, 1)] },
                99 => new Append { Entries = [Entry(person.Key, 2), Entry(person.Key, 2)] },
                200 => new Append { Entries = [Entry(person.Key, 2)], Claims = [new Claim(UserId("owned"), person.Key, Noon)] },
                250 => new Append { Created = [person], Entries = [Entry(person.Key, 2)] },
                _ => new Append { Entries = [Entry(person.Key, 2)], Claims = i % 3 == 0 ? [new Claim(UserId($"u{i}"), person.Key, Noon)] : [] },
            },
            Token)));

        for (var i = 0; i < people.Count; i++)
        {
            var expected = i switch { 17 or 99 or 250 => typeof(Fenced), 200 => typeof(IdentifiersTaken), _ => typeof(Committed) };
            Assert.Equal((i, expected), (i, results[i].GetType()));
            Assert.Equal((i, results[i] is Committed ? 2 : 1), (i, (await EntriesAsync(people[i].Key)).Count));
        }
    }

    [Fact]
    public async Task Two_activations_that_write_the_same_place_one_is_fenced()
    {
        await using var other = await Fixture.OpenAsync(Stream, Token);
        var created = await CreateAsync();

        for (var seq = 1; seq <= 50; seq++)
        {
            var place = seq;
            var results = await Task.WhenAll(
                Task.Run(() => Log.AppendAsync(new Append { Entries = [Entry(created.Key, place)] }, Token)),
                Task.Run(() => other.Events.AppendAsync(new Append { Entries = [Entry(created.Key, place)] }, Token)));

            Assert.Single(results, result => result is Committed);
            Assert.Single(results, result => result is Fenced);
        }

        Assert.Equal(50, (await EntriesAsync(created.Key)).Count);
    }

    [Fact]
    public async Task Claiming_what_ones_own_component_already_owns_is_fenced()
    {
        var created = await CreateAsync(UserId("u1"));

        Assert.IsType<Fenced>(await Log.AppendAsync(
            new Append { Entries = [Entry(created.Key, 1)], Claims = [new Claim(UserId("u1"), created.Key, Noon)] }, Token));
        Assert.Empty(await EntriesAsync(created.Key));
    }

    [Fact]
    public async Task An_identifier_released_by_a_loser_of_the_same_group_can_be_had_by_another()
    {
        var owner = await CreateAsync(Email("taken@x.com"));
        for (var round = 0; round < 20; round++)
        {
            var first = await NewAsync();
            var second = await NewAsync();
            var free = UserId($"free-{round}");
            var results = await Task.WhenAll(
                Log.AppendAsync(new Append { Created = [first], Entries = [], Claims = [new Claim(free, first.Key, Noon), new Claim(Email("taken@x.com"), first.Key, Noon)] }, Token),
                Log.AppendAsync(new Append { Created = [second], Entries = [], Claims = [new Claim(free, second.Key, Noon)] }, Token));

            Assert.Contains(Email("taken@x.com"), Assert.IsType<IdentifiersTaken>(results[0]).Identifiers);
            if (results[1] is Committed) Assert.Equal(second.Id, await Store.Identities.FindOwnerAsync(free, Token));
            else Assert.Null(await Store.Identities.FindOwnerAsync(free, Token));
        }

        Assert.Equal(owner.Id, await Store.Identities.FindOwnerAsync(Email("taken@x.com"), Token));
    }

    [Fact]
    public async Task Thousands_of_concurrent_appends_all_come_through_whole()
    {
        var people = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => CreateAsync()));

        await Task.WhenAll(people.Select(async person =>
        {
            for (var seq = 1L; seq <= 40; seq += 2) await CommitAsync(Entry(person.Key, seq), Entry(person.Key, seq + 1, Track("A", Noon, $"m{seq}")));
        }));

        foreach (var person in people) Assert.Equal(Enumerable.Range(1, 40).Select(seq => (long)seq), (await EntriesAsync(person.Key)).Select(entry => entry.Seq));
    }
}
