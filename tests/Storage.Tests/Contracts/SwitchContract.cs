using System.Globalization;
using CdpPipeline.Domain.Events;
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
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    public async Task Whatever_changes_between_the_steps_the_difference_is_told_once_and_not_before_the_switch(int seed, bool isWrittenByAProgramFromBefore)
    {
        Func<IEnumerable<MembershipChange>, Task> writeAsync = isWrittenByAProgramFromBefore ? WritePlainAsync : WriteAsync;
        var random = new Random(seed);
        await KeepAsync(shown);
        await KeepAsync(coming, of: shown);
        var people = await PeopleAsync(60);
        await WriteAsync(people.SelectMany(person => Anything(random, person)));
        for (var step = 0; await Store.Catalog.PrepareAsync(2, 7, Later(), Token); step++)
        {
            Assert.True(step < 100, $"seed {seed}: there is always more to do.");
            await writeAsync(Anything(random, people[random.Next(60)]));
            if (step == seed) await ChangeCatalogAsync(write => write with { Sets = [new MembershipSet(coming, shown, """{"or":[]}""", 2)] });
            if (random.Next(3) == 0) await ReopenAsync();
        }

        await writeAsync(Enumerable.Range(0, 9).SelectMany(i => Anything(random, people[i * 6])));
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
    public async Task What_was_prepared_for_a_segment_that_is_deleted_goes_with_it()
    {
        var people = await PreparedAsync(9);
        await WriteAsync([Leave(shown, people[0])]);
        Assert.NotEqual((0L, 0L), (await RunAsync(UntoldSql), await RunAsync(NotesSql)));

        await ChangeCatalogAsync(write => write with { Retired = [coming, shown] });
        while (await Store.Catalog.SweepAsync(4, Token) > 0) { }

        Assert.Equal((0L, 0L), (await RunAsync(UntoldSql), await RunAsync(NotesSql)));
        Assert.Equal(11, (await ToldAsync()).Count);
    }

    [Fact]
    public async Task Where_a_program_from_before_switches_itself_what_was_prepared_is_never_told_and_the_next_switch_is()
    {
        var people = await PreparedAsync(9);
        await RunAsync("update membership_set set state = 2 where state = 1");
        await RunAsync("update membership_set set state = 1 where state = 0");
        while (await Store.Catalog.SweepAsync(4, Token) > 0) { }
        Assert.Equal(0, await RunAsync(UntoldSql));

        var next = new SegmentId(Guid.CreateVersion7());
        await KeepAsync(next, of: shown);
        await WriteAsync([Enter(coming, people[0], Later()), Enter(coming, people[1], Later()), Enter(next, people[1], Later()), Enter(next, people[2], Later())]);
        while (await Store.Catalog.PrepareAsync(1, 4, Later(), Token)) Assert.DoesNotContain(await ToldAsync(), each => each.Cause == MembershipCause.Definition);
        await WriteAsync([Enter(next, people[3], Later())]);
        await ChangeCatalogAsync(write => write with { Shown = [next], At = Later() });

        Assert.Equal(
            new[] { (people[0].Id, false), (people[2].Id, true), (people[3].Id, true) }.Order(),
            (await ToldAsync()).Where(each => each.Cause == MembershipCause.Definition).Select(each => (each.Identity, each.IsEntry)).Order());
    }

    [Fact]
    public async Task Nothing_of_a_person_who_is_erased_stays_noted_or_prepared()
    {
        var people = await PreparedAsync(9);
        await WriteAsync([Leave(shown, people[0]), Enter(shown, people[0], Later())]);
        await WriteAsync([Leave(shown, people[1])]);

        foreach (var person in people.Take(3))
        {
            var erasure = new Erasure(Guid.CreateVersion7(), person.Id, [new ErasedComponent(person.Key, 0)], [], Noon);
            Assert.IsType<Erased>(await Log.AppendAsync(new Append { Entries = [], Erasure = erasure }, Token));
        }

        var erased = $"identity in ({string.Join(',', people.Take(3).Select(person => person.Key))})";
        Assert.Equal((0L, 0L), (await RunAsync($"{UntoldSql} and {erased}"), await RunAsync($"{NotesSql} where {erased}")));
        while (await Store.Catalog.PrepareAsync(1, 4, Later(), Token)) { }
        await ChangeCatalogAsync(write => write with { Shown = [coming], At = Later() });
        Assert.Equal(0, await RunAsync($"{UntoldSql} and {erased}"));
        Assert.Equal(
            people.Skip(3).Select(person => person.Id).Order(),
            (await ToldAsync()).Where(each => each.Cause == MembershipCause.Definition).Select(each => each.Identity).Order());
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

    private const string NotesSql = "select count(*) from membership_touch";

    private static readonly string UntoldSql = $"select count(*) from membership_transition where cause = {(int)MembershipCause.Definition}";

    /// <summary>Runs a statement on the store's database, past the store; the number that it returns, 0 when it returns nothing.</summary>
    protected abstract Task<long> RunAsync(string sql);

    /// <summary>Ten people of whom all are in the shown set and none in the other, and a switch prepared to its end.</summary>
    private async Task<IReadOnlyList<NewIdentity>> PreparedAsync(int rowsMax)
    {
        await KeepAsync(shown);
        await KeepAsync(coming, of: shown);
        var people = await PeopleAsync(10);
        await WriteAsync(people.Select(person => Enter(shown, person, Later())));
        while (await Store.Catalog.PrepareAsync(1, rowsMax, Later(), Token)) { }
        Assert.Equal(10, await RunAsync(UntoldSql));
        return people;
    }

    private Task WriteAsync(IEnumerable<MembershipChange> changes) => CommitAsync(new Append { Entries = [], Memberships = [.. changes] });

    /// <summary>Writes the rows alone, as a program does that knows nothing of notes.</summary>
    private async Task WritePlainAsync(IEnumerable<MembershipChange> changes)
    {
        foreach (var change in changes)
        {
            var set = $"(select id from membership_set where state = {(change.Segment == shown ? 1 : 0)})";
            var then = change.Replaces ? "update set since = excluded.since" : "nothing";
            await RunAsync(change.Since is { } since
                ? string.Create(CultureInfo.InvariantCulture, $"insert into membership (segment, identity, since) values ({set}, {change.Identity}, {since.ToMicros()}) on conflict (segment, identity) do {then}")
                : string.Create(CultureInfo.InvariantCulture, $"delete from membership where segment = {set} and identity = {change.Identity}"));
        }
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
