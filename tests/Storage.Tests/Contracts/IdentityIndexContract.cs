using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Tests.Contracts;

/// <summary>Finding identities.</summary>
public abstract class IdentityIndexContract(IStoreFixture fixture) : StoreContract(fixture)
{
    private IIdentityIndex Index => Store.Identities;

    [Fact]
    public async Task Many_owners_are_found_at_the_same_time()
    {
        var people = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => CreateAsync(UserId($"u{i}"))));

        var owners = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Index.FindOwnerAsync(UserId($"u{i}"), Token).AsTask()));

        Assert.Equal(people.Select(person => (IdentityId?)person.Id).Concat(Enumerable.Repeat<IdentityId?>(null, 100)), owners);
        Assert.Null(await Index.FindOwnerAsync(Email("u1"), Token));
        Assert.Null(await Index.FindOwnerAsync(UserId("U1"), Token));
    }

    [Fact]
    public async Task Identities_are_listed_newest_first_page_by_page_without_the_merged()
    {
        var people = new List<NewIdentity>();
        for (var i = 0; i < 9; i++) people.Add(await CreateAsync());
        await MergeAsync(people[4], people[2]);

        var first = await Index.ListAsync(null, null, 5, Token);
        var second = await Index.ListAsync(null, first[^1].Key, 5, Token);

        Assert.Equal(Enumerable.Reverse(people).Where(person => person != people[4]).Select(Indexed), first.Concat(second));
    }

    [Theory]
    [InlineData("ann", new[] { 0, 1 })]
    [InlineData("ANN@", new[] { 0 })]
    [InlineData("100%", new[] { 2 })]
    [InlineData("%", new[] { 2 })]
    [InlineData("_", new[] { 3 })]
    [InlineData("\\", new[] { 4 })]
    [InlineData("o'n", new[] { 5 })]
    [InlineData("  joanna  ", new[] { 1 })]
    [InlineData("nobody", new int[0])]
    public async Task A_search_takes_its_text_literally_and_ignores_case(string search, int[] found)
    {
        string[] values = ["ann@x.com", "Joanna", "100% sure", "snake_case", "back\\slash", "o'neill"];
        var people = new List<NewIdentity>();
        foreach (var value in values) people.Add(await CreateAsync(UserId(value)));

        var listed = await Index.ListAsync(search, null, 10, Token);

        Assert.Equal(found.Select(i => people[i].Key).Order(), listed.Select(identity => identity.Key).Order());
    }

    [Fact]
    public async Task A_merged_persons_identifier_finds_who_speaks_for_her()
    {
        var loser = await CreateAsync(Email("old@x.com"));
        var middle = await CreateAsync(Email("mid@x.com"));
        var root = await CreateAsync(Email("new@x.com"));
        await MergeAsync(loser, middle);
        await MergeAsync(middle, root);

        Assert.Equal([Indexed(root)], await Index.ListAsync("old@", null, 10, Token));
        Assert.Equal([Indexed(root)], await Index.ListAsync("old@x.com", null, 10, Token));
        Assert.Equal([Indexed(root)], await Index.ListAsync("x.com", null, 10, Token));
        Assert.Equal(loser.Id, await Index.FindOwnerAsync(Email("old@x.com"), Token));
    }

    [Fact]
    public async Task Exact_matches_come_first_strongest_kind_first_and_are_not_repeated()
    {
        var byEmail = await CreateAsync(Email("kim@x.com"));
        var byUserId = await CreateAsync(UserId("kim@x.com"));
        var newer = new List<NewIdentity>();
        for (var i = 0; i < 10; i++) newer.Add(await CreateAsync(UserId($"{i}kim@x.com")));

        var first = await Index.ListAsync("Kim@X.com", null, 10, Token);
        var exact = await Index.ListAsync("kim@x.com", null, 6, Token);
        var second = await Index.ListAsync("kim@x.com", exact[^1].Key, 10, Token);

        Assert.Equal(Indexed(byEmail), first[0]);
        Assert.Equal([Indexed(byUserId), Indexed(byEmail)], exact.Take(2));
        Assert.Equal(Enumerable.Reverse(newer).Select(Indexed), exact.Skip(2).Concat(second));
    }

    [Fact]
    public async Task Due_identities_come_earliest_first_and_none_too_soon()
    {
        var people = new List<NewIdentity>();
        for (var i = 0; i < 5; i++)
        {
            people.Add(await CreateAsync());
            await CommitAsync(new Append { Entries = [], Due = [new DueChange(people[i].Key, Noon.AddMinutes(10 - i))] });
        }

        await CommitAsync(new Append { Entries = [], Due = [new DueChange(people[0].Key, Noon), new DueChange(people[3].Key, null)] });

        Assert.Equal([new DueIdentity(people[0].Key, people[0].Id, Noon), new DueIdentity(people[4].Key, people[4].Id, Noon.AddMinutes(6))], await Index.DueAsync(Noon.AddMinutes(6), 10, Token));
        Assert.Single(await Index.DueAsync(Noon.AddHours(1), 1, Token));
        Assert.Equal(2, (await Index.DueAsync(Noon.AddMinutes(8).AddMicroseconds(-1), 10, Token)).Count);
        Assert.Equal(4, (await Index.DueAsync(Noon.AddHours(1), 10, Token)).Count);
        Assert.Equal(
            (await Index.DueAsync(Noon.AddHours(1), 10, Token)).Where(due => due.Key % 3 == 1), await Index.DueAsync(new DueShard(1, 3), Noon.AddHours(1), 10, Token));
    }

    [Fact]
    public async Task An_earlier_due_time_stays_where_that_is_asked_and_nobody_who_is_merged_is_due()
    {
        NewIdentity[] people = [await CreateAsync(), await CreateAsync(), await CreateAsync(), await CreateAsync()];
        await CommitAsync(new Append { Entries = [], Due = [new DueChange(people[0].Key, Noon), new DueChange(people[1].Key, Noon.AddHours(2)), new DueChange(people[3].Key, Noon)] });

        await CommitAsync(new Append { Entries = [], Due = [.. people.Select(person => new DueChange(person.Key, Noon.AddHours(1)) { KeepsEarlier = true })] });
        await MergeAsync(people[3], people[2]);

        Assert.Equal(
            [(people[0].Key, Noon), (people[1].Key, Noon.AddHours(1)), (people[2].Key, Noon.AddHours(1))],
            (await Index.DueAsync(Noon.AddHours(3), 10, Token)).Select(due => (due.Key, due.At)).OrderBy(due => due));
    }

    private static IndexedIdentity Indexed(NewIdentity identity) => new(identity.Key, identity.Id);

    private Task MergeAsync(NewIdentity loser, NewIdentity survivor) =>
        CommitAsync(new Append { Entries = [], Pointers = [new PointerChange(loser.Key, survivor.Id, IsPending: false)] });
}
