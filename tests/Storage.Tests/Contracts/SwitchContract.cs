using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Tests.Contracts;

/// <summary>A switch of sets that is prepared beside all other work tells exactly the difference that there is when it happens.</summary>
public abstract class SwitchContract(IStoreFixture fixture) : StoreContract(fixture)
{
    private readonly SegmentId shown = new(Guid.CreateVersion7());
    private readonly SegmentId coming = new(Guid.CreateVersion7());
    private int now;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Whatever_changes_between_the_steps_the_difference_is_told_once_and_not_before_the_switch(int seed)
    {
        var random = new Random(seed);
        await KeepAsync(shown);
        await KeepAsync(coming, of: shown);
        var people = await PeopleAsync(60);
        await CommitAsync(new Append { Entries = [], Memberships = [.. people.SelectMany(person => Anything(random, person))] });
        for (var step = 0; await Store.Catalog.PrepareAsync(1, 7, Later(), Token); step++)
        {
            Assert.True(step < 100, $"seed {seed}: there is always more to do.");
            await CommitAsync(new Append { Entries = [], Memberships = [.. Anything(random, people[random.Next(60)])] });
            if (step == 3) await ReopenAsync();
        }

        await CommitAsync(new Append { Entries = [], Memberships = [.. Enumerable.Range(0, 9).SelectMany(i => Anything(random, people[i * 6]))] });
        var (before, after) = (await MembersAsync(shown), await MembersAsync(coming));
        Assert.DoesNotContain(await ToldAsync(), each => each.Cause == MembershipCause.Definition);
        Assert.DoesNotContain(await Store.Transitions.RecentAsync(shown, null, 1_000, Token), each => each.Cause == MembershipCause.Definition);
        Assert.DoesNotContain(await Store.Transitions.OfAsync([.. people.Select(person => person.Id)], default, 1_000, Token), each => each.Cause == MembershipCause.Definition);

        await ChangeCatalogAsync(write => write with { Shown = [coming], At = Later() });

        var left = before.Where(member => !after.ContainsKey(member.Key)).Select(member => (member.Key, false, member.Value));
        var came = after.Where(member => !before.ContainsKey(member.Key)).Select(member => (member.Key, true, member.Value));
        Assert.Equal(
            left.Concat(came).OrderBy(each => each.Key.Value),
            (await ToldAsync()).Where(each => each.Cause == MembershipCause.Definition).Select(each => (each.Identity, each.IsEntry, each.Since)).OrderBy(each => each.Identity.Value));
        Assert.Equal(
            after.ToDictionary(member => member.Key, member => before.GetValueOrDefault(member.Key, member.Value)), await MembersAsync(coming));
    }

    [Fact]
    public async Task What_was_prepared_for_a_set_that_does_not_come_is_never_told_and_goes()
    {
        await KeepAsync(shown);
        await KeepAsync(coming, of: shown);
        var people = await PeopleAsync(10);
        await CommitAsync(new Append { Entries = [], Memberships = [.. people.Select(person => Enter(shown, person, Later()))] });
        while (await Store.Catalog.PrepareAsync(1, 4, Later(), Token)) Assert.Equal(10, (await ToldAsync()).Count);

        await ChangeCatalogAsync(write => write with { Retired = [coming] });
        Assert.Equal(10, (await ToldAsync()).Count);
        for (var removed = 0; await Store.Catalog.SweepAsync(4, Token) is > 0 and var more; removed += more) Assert.True(removed < 10);

        Assert.Equal(10, (await ToldAsync()).Count);
        var other = new SegmentId(Guid.CreateVersion7());
        await KeepAsync(other, of: shown);
        await CommitAsync(new Append { Entries = [], Memberships = [Enter(other, people[0], Later())] });
        while (await Store.Catalog.PrepareAsync(1, 4, Later(), Token)) Assert.Equal(10, (await ToldAsync()).Count);
        await ChangeCatalogAsync(write => write with { Shown = [other], At = Later() });
        Assert.Equal(people.Skip(1).Select(person => person.Id).Order(), (await ToldAsync()).Where(each => !each.IsEntry).Select(each => each.Identity).Order());
    }

    [Fact]
    public async Task While_two_processes_prepare_and_others_write_everybody_is_told_what_she_is_in()
    {
        await using var other = await Fixture.OpenAsync(Stream, Token);
        await KeepAsync(shown);
        await KeepAsync(coming, of: shown);
        var people = await PeopleAsync(80);
        await CommitAsync(new Append { Entries = [], Memberships = [.. people.Select(person => Enter(shown, person, Later()))] });
        using var done = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(lane => Task.Run(
            async () =>
            {
                var random = new Random(lane);
                while (!done.IsCancellationRequested)
                {
                    // A turn decided by the catalog before the switch is not written after it.
                    var person = people[(random.Next(20) * 4) + lane];
                    var by = lane % 2 == 0 ? Store : other;
                    var append = new Append { Entries = [], Memberships = [.. Anything(random, person)], Catalog = 0 };
                    if (await by.Events.AppendAsync(append, Token) is OldCatalog) break;
                }
            },
            Token)).ToList();
        await Task.WhenAll(new[] { Store, other }.Select(store => Task.Run(
            async () =>
            {
                for (var i = 0; i < 30; i++) await store.Catalog.PrepareAsync(1, 10, Later(), Token);
            },
            Token)));

        await ChangeCatalogAsync(write => write with { Shown = [coming], At = Later(), Conditions = "{}"u8.ToArray() });
        await Task.WhenAll(writers);
        await done.CancelAsync();

        var told = await ToldAsync();
        var stays = told.Where(each => each.IsEntry).Select(each => (each.Identity, each.Since)).ToList();
        Assert.Equal(stays.Count, stays.Distinct().Count());
        var ended = told.Where(each => !each.IsEntry).Select(each => (each.Identity, each.Since)).ToList();
        Assert.Equal(ended.Count, ended.Distinct().Count());
        Assert.Empty(ended.Except(stays));
        Assert.Equal((await MembersAsync(coming)).Select(member => (member.Key, member.Value)).OrderBy(each => each.Key.Value), stays.Except(ended).OrderBy(each => each.Identity.Value));
    }

    /// <summary>The person is in any of the two sets or both from here on: in both since the same instant, in the coming one alone since one that was never told.</summary>
    private IEnumerable<MembershipChange> Anything(Random random, NewIdentity person)
    {
        var (isIn, comes, since) = (random.Next(2) == 0, random.Next(2) == 0, Later());
        yield return isIn ? Enter(shown, person, since) : Leave(shown, person);
        yield return comes ? Enter(coming, person, since) with { Replaces = true } : Leave(coming, person);
    }

    private static MembershipChange Enter(SegmentId set, NewIdentity person, DateTimeOffset since) =>
        new(set, person.Key, since) { News = new MembershipNews(since, MembershipCause.Event) };

    private static MembershipChange Leave(SegmentId set, NewIdentity person) =>
        new(set, person.Key, Since: null) { News = new MembershipNews(Noon, MembershipCause.Event) };

    private DateTimeOffset Later() => Noon.AddSeconds(Interlocked.Increment(ref now));

    private async Task<IReadOnlyList<NewIdentity>> PeopleAsync(int count)
    {
        var people = new List<NewIdentity>();
        for (var i = 0; i < count; i++) people.Add(await CreateAsync());
        return people;
    }

    private async Task<Dictionary<IdentityId, DateTimeOffset>> MembersAsync(SegmentId set) =>
        (await Store.Memberships.ListAsync(set, 0, 1_000, Token)).ToDictionary(member => member.Id, member => member.Since);

    private async Task<IReadOnlyList<MembershipTransition>> ToldAsync() => await Store.Transitions.ReadAsync([], 100_000, Token);
}
