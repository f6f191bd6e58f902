using System.Collections.Concurrent;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Tests.Model;

namespace CdpPipeline.Grains.Tests.Segments;

/// <summary>How a backfill takes over what was read of people, together and one by one, and leaves alone whoever wrote since.</summary>
public sealed class BackfillTests : IAsyncLifetime
{
    private const int People = 30;

    private OrderingPeople people = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private House House => people.House;

    private IReadOnlyDictionary<int, IdentityId> Ids => people.Ids;

    public async ValueTask InitializeAsync()
    {
        people = await OrderingPeople.OpenAsync(Cancelled);
        for (var i = 0; i < People; i++) await OrderAsync(i, total: i);
        House.Grains.Stop();
    }

    public async ValueTask DisposeAsync() => await people.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_state_that_turned_stale_is_ignored_and_another_is_taken_over_without_loading(bool isStale)
    {
        var segment = await SaveAsync("""{"event":"Order"}""");
        await House.BackfillAsync(Cancelled);
        var stored = (await House.Log.LoadAsync(Ids[3], Cancelled))!;
        var catalog = SegmentCatalog.Compile(House.Catalog.Version, [], ConditionNumbers.None);
        var nothing = new LoadedIdentity(
            new Person(new Component(stored.Key, stored.Id, stored.CreatedAt)),
            MembershipState.Restore(stored.Memberships.Select(membership => KeyValuePair.Create(membership.Segment, membership.Since))),
            stored.Due,
            catalog,
            () => isStale)
        { LastSeq = (await EntriesAsync(stored.Key)).Count };
        House.Grains.Stop();

        await House.Grains.AdoptAsync(nothing, Cancelled);

        Assert.Equal(isStale, (await MembersAsync(segment)).Contains(Ids[3]));
        Assert.Equal(isStale, House.Grains.Peek(Ids[3]) is not null);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_wrote_since_she_was_read_is_judged_by_what_she_wrote(bool isInMemory)
    {
        var segment = await SaveAsync("""{"event":"Order","count":{"operator":"gte","value":2}}""");
        using var page = await House.Bulk.PageAsync(0, People, House.Catalog, Judged, Cancelled);
        Assert.Equal(Ids.Values, page.People.Select(loaded => loaded.Person.Own.Id));
        await OrderAsync(4, total: 1);
        if (!isInMemory) House.Grains.Stop();
        Assert.Equal([Ids[4]], page.People.Where(loaded => loaded.IsStale()).Select(loaded => loaded.Person.Own.Id));

        foreach (var judged in page.Changing) await House.Grains.AdoptAsync(judged.Loaded, Cancelled);

        Assert.Equal([Ids[4]], await MembersAsync(segment));
    }

    [Fact]
    public async Task Whose_write_came_to_nothing_since_she_was_read_is_judged_all_the_same()
    {
        var segment = await SaveAsync("""{"event":"Order"}""");
        using var page = await House.Bulk.PageAsync(0, People, House.Catalog, House.Adoption.Changed, Cancelled);
        House.Watches.Note(page.People[4].Person.Own.Key);
        Assert.True(page.People[4].IsStale());
        var done = new ConcurrentBag<IdentityId>();

        await House.Adoption.RunAsync(page, done.Add, (id, reason) => Assert.Fail($"{id}: {reason}"), Cancelled);

        Assert.Equal(Ids.Values.Order(), done.Order());
        Assert.Equal(Ids.Values.Order(), await MembersAsync(segment));
    }

    [Fact]
    public async Task Many_are_adopted_together_save_who_is_busy_and_who_wrote_since()
    {
        var segment = await SaveAsync("""{"event":"Order"}""");
        using var page = await House.Bulk.PageAsync(0, People, House.Catalog, Judged, Cancelled);
        await OrderAsync(4, total: 1);
        House.Grains.Stop();
        var judged = page.Changing.ToList();
        Task<IReadOnlyList<JudgedIdentity>>? meanwhile = null;
        judged[2] = judged[2] with
        {
            Loaded = judged[2].Loaded with
            {
                IsStale = () =>
                {
                    meanwhile ??= House.Grains.AdoptTogetherAsync([judged[2]], Cancelled);
                    return false;
                },
            },
        };

        var left = await House.Grains.AdoptTogetherAsync(judged, Cancelled);

        Assert.Equal([Ids[4]], left.Select(each => each.Loaded.Person.Own.Id));
        Assert.Equal([Ids[2]], (await meanwhile!).Select(each => each.Loaded.Person.Own.Id));
        Assert.Equal(Ids.Values.Order(), await MembersAsync(segment));
        Assert.All(Ids.Values, id => Assert.Null(House.Grains.Peek(id)));
    }

    [Fact]
    public async Task Of_those_in_memory_nobody_reads_her_log_again_after_a_backfill()
    {
        await OrderAsync(5, total: 99);
        var segment = await SaveAsync("""{"event":"Order","where":[{"property":"total","operator":"gte","value":50}]}""");

        await House.BackfillAsync(Cancelled);

        Assert.Equal([Ids[5]], await MembersAsync(segment));
        Assert.Equal(House.Catalog.HighestCondition, House.Grains.Peek(Ids[5])!.Own.Windows.KnownThrough);
        Assert.Null(House.Grains.Peek(Ids[6]));
    }

    private Task<SegmentId> SaveAsync(string filter) => people.SaveAsync(filter, Cancelled);

    private Task<IReadOnlyList<IdentityId>> MembersAsync(SegmentId segment) => people.MembersAsync(segment, Cancelled);

    private Task OrderAsync(int person, int total) => people.OrderAsync(person, total, TimeSpan.Zero, Cancelled);

    private JudgedIdentity Judged(LoadedIdentity loaded) =>
        new(loaded, loaded.Catalog.Evaluate(loaded.Memberships, loaded.Person, PersonChange.Everything, people.Lane.Clock.Now), people.Lane.Clock.Now);

    private async Task<List<LogEntry>> EntriesAsync(long key)
    {
        var entries = new List<LogEntry>();
        await foreach (var entry in House.Log.ReadAsync(key, afterSeq: 0, Cancelled)) entries.Add(entry);
        return entries;
    }
}
