using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Tests.Contracts;

/// <summary>Membership sets, the switch from one to another, and what is told of members who come and go.</summary>
public abstract class TransitionContract(IStoreFixture fixture) : StoreContract(fixture)
{
    private readonly SegmentId segment = new(Guid.CreateVersion7());
    private readonly SegmentId coming = new(Guid.CreateVersion7());

    [Fact]
    public async Task Rows_that_really_came_or_went_are_told_once_with_the_instant_of_entry()
    {
        await KeepAsync(segment);
        var (ann, bob) = (await CreateAsync(), await CreateAsync());
        await ChangeAsync(Enter(ann, 1), Enter(bob, 2));
        await ChangeAsync(Enter(ann, 3), Leave(bob, 3));
        await ChangeAsync(Leave(bob, 4));
        await ChangeAsync(Enter(bob, 5) with { News = null });

        Assert.Equal(
            [(ann.Id, true, At(1), At(1)), (bob.Id, true, At(2), At(2)), (bob.Id, false, At(3), At(2))],
            (await ReadAsync()).OrderBy(each => each.At).Select(each => (each.Identity, each.IsEntry, each.At, each.Since)));
    }

    [Fact]
    public async Task A_set_that_is_not_shown_tells_nothing_and_one_that_is_not_kept_has_no_rows()
    {
        await KeepAsync(segment);
        await KeepAsync(coming, of: segment);
        var ann = await CreateAsync();
        var unknown = new SegmentId(Guid.CreateVersion7());
        await ChangeAsync(Enter(ann, 1) with { Segment = coming }, Enter(ann, 1) with { Segment = unknown });

        Assert.Empty(await ReadAsync());
        Assert.Equal(1, (await Store.Memberships.CountAsync(coming, Token)).Count);
        Assert.Equal(0, (await Store.Memberships.CountAsync(unknown, Token)).Count);
    }

    [Fact]
    public async Task A_moved_instant_and_an_exit_without_a_row_are_written_as_they_are_meant()
    {
        await KeepAsync(segment);
        var (ann, bob) = (await CreateAsync(), await CreateAsync());
        await ChangeAsync(Enter(ann, 5));
        await ChangeAsync(Enter(ann, 2) with { Replaces = true, News = null }, Enter(bob, 3) with { Replaces = true, News = null });
        await ChangeAsync(Leave(ann, 7), Leave(await CreateAsync(), 8) with { WasSince = At(4) });

        Assert.Equal(
            [(true, At(5)), (false, At(2)), (false, At(4))],
            (await ReadAsync()).OrderBy(each => each.At).Select(each => (each.IsEntry, each.Since)));
        Assert.Equal([new StoredMember(bob.Key, bob.Id, At(3))], await Store.Memberships.ListAsync(segment, 0, 10, Token));
        Assert.Equal(1, Stream.Total(segment));
    }

    [Fact]
    public async Task A_switch_tells_the_difference_once_and_leaves_who_is_in_both_her_instant()
    {
        await KeepAsync(segment);
        await KeepAsync(coming, of: segment);
        var (stays, leaves, comes) = (await CreateAsync(), await CreateAsync(), await CreateAsync());
        await ChangeAsync(Enter(stays, 1), Enter(leaves, 2), Enter(stays, 3) with { Segment = coming }, Enter(comes, 4) with { Segment = coming });
        var before = await ReadAsync();

        await ChangeCatalogAsync(write => write with { Shown = [coming], At = At(9) });
        await ChangeCatalogAsync(write => write with { Shown = [coming], At = At(10) });

        var told = (await Store.Transitions.ReadAsync([.. before.Select(each => each.Place).TakeLast(1)], 10, Token)).OrderBy(each => each.IsEntry).ToList();
        Assert.Equal(
            [(segment, leaves.Id, false, At(9), At(2)), (segment, comes.Id, true, At(9), At(4))],
            told.Select(each => (each.Segment, each.Identity, each.IsEntry, each.At, each.Since)));
        Assert.All(told, each => Assert.Equal(MembershipCause.Definition, each.Cause));
        Assert.Equal([new StoredMember(stays.Key, stays.Id, At(1)), new StoredMember(comes.Key, comes.Id, At(4))], await Store.Memberships.ListAsync(coming, 0, 10, Token));
        Assert.Equal([(coming, true, true)], (await Store.Catalog.ReadAsync(Token)).Sets.Select(set => (set.Id, set.IsShown, set.IsWhole)));
    }

    [Fact]
    public async Task Rows_of_a_retired_set_go_in_chunks_and_none_is_added()
    {
        await KeepAsync(segment);
        var people = await Task.WhenAll(Enumerable.Range(0, 7).Select(_ => CreateAsync()));
        await ChangeAsync([.. people.Take(6).Select(person => Enter(person, 1))]);

        await ChangeCatalogAsync(write => write with { Retired = [segment] });
        await ChangeAsync(Enter(people[6], 2));

        Assert.Equal(6, (await Store.Memberships.CountAsync(segment, Token)).Count);
        foreach (var removed in new[] { 4, 2, 0 }) Assert.Equal(removed, await Store.Catalog.SweepAsync(4, Token));
        Assert.Equal(0, (await Store.Memberships.CountAsync(segment, Token)).Count);
        Assert.Equal(6, (await ReadAsync()).Count);
        Assert.Empty((await Store.Catalog.ReadAsync(Token)).Sets);
    }

    [Fact]
    public async Task Recent_ones_come_newest_first_page_by_page_and_old_or_surplus_ones_are_pruned()
    {
        await KeepAsync(segment);
        var people = await Task.WhenAll(Enumerable.Range(0, 9).Select(_ => CreateAsync()));
        for (var i = 0; i < 9; i++) await ChangeAsync(Enter(people[i], i));

        Assert.Equal(Enumerable.Range(0, 9).Reverse().Select(At), (await RecentAsync(pageSize: 4)).Select(each => each.At));

        Assert.Equal(At(8), await Store.Transitions.NewestAsync(Token));

        Assert.Equal(2, await Store.Transitions.PruneAsync(At(2), perSegmentMax: 100, rowsMax: 100, Token));
        Assert.Equal(3, await Store.Transitions.PruneAsync(At(2), perSegmentMax: 3, rowsMax: 3, Token));
        Assert.Equal(1, await Store.Transitions.PruneAsync(At(2), perSegmentMax: 3, rowsMax: 3, Token));
        Assert.Equal([At(8), At(7), At(6)], (await RecentAsync(pageSize: 4)).Select(each => each.At));
    }

    [Fact]
    public async Task Readers_go_on_where_they_were_whatever_the_page_and_the_writer()
    {
        await KeepAsync(segment);
        var people = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => CreateAsync()));
        await ChangeAsync([.. people.Take(6).Select(person => Enter(person, 1))]);
        await ReopenAsync();
        await ChangeAsync([.. people.Skip(6).Select(person => Enter(person, 2))]);

        var seen = new Dictionary<int, TransitionPlace>();
        var read = new List<MembershipTransition>();
        while (await Store.Transitions.ReadAsync(seen.Values, 5, Token) is { Count: > 0 } page)
        {
            foreach (var each in page) seen[each.Place.Writer] = each.Place;
            read.AddRange(page);
        }

        Assert.Equal(people.Select(person => person.Id).Order(), read.Select(each => each.Identity).Order());
    }

    private static DateTimeOffset At(int seconds) => Noon.AddSeconds(seconds);

    private MembershipChange Enter(NewIdentity person, int at) => new(segment, person.Key, At(at)) { News = new MembershipNews(At(at), MembershipCause.Event) };

    private MembershipChange Leave(NewIdentity person, int at) => new(segment, person.Key, Since: null) { News = new MembershipNews(At(at), MembershipCause.Time) };

    private Task ChangeAsync(params MembershipChange[] changes) => CommitAsync(new Append { Entries = [], Memberships = changes });

    private async Task<IReadOnlyList<MembershipTransition>> ReadAsync() => await Store.Transitions.ReadAsync([], 100, Token);

    private async Task<List<MembershipTransition>> RecentAsync(int pageSize)
    {
        var all = new List<MembershipTransition>();
        RecentPlace? before = null;
        while (await Store.Transitions.RecentAsync(segment, before, pageSize, Token) is { Count: > 0 } page)
        {
            all.AddRange(page);
            before = new RecentPlace(page[^1].At, page[^1].Place);
        }

        return all;
    }
}
