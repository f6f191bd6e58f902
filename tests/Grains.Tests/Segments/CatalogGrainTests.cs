using CdpPipeline.Api.Hosting;
using CdpPipeline.Api.Local;
using CdpPipeline.Api.Segments;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Grains.Segments;
using CdpPipeline.Grains.Tests.Model;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace CdpPipeline.Grains.Tests.Segments;

/// <summary>A write that breaks off midway costs its caller an error, and nobody after it anything.</summary>
public sealed class CatalogGrainTests : IAsyncLifetime
{
    private static readonly SegmentNode Ordered = new EventCondition("Order");
    private static readonly SegmentNode Opened = new EventCondition("Open");

    private readonly TemporaryFolder folder = new();
    private readonly ManualClock clock = new();
    private OpenStore store = null!;
    private House house = null!;
    private InterruptedCatalog tables = null!;
    private Backfill backfill = null!;
    private MembershipSweep sweep = null!;
    private CatalogView view = null!;
    private CatalogGrain grain = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        house = await House.OpenAsync(folder.Settings("people"), clock, Cancelled);
        var settings = new ConfigurationBuilder().AddInMemoryCollection(folder.Settings("catalog")).Build();
        var stream = new LocalMembershipStream(new ChangedSegments(), NullLogger<LocalMembershipStream>.Instance);
        store = await OpenStore.OpenAsync(settings, stream, clock, NullLoggerFactory.Instance, Cancelled);
        backfill = house.NewBackfill(store.Documents);
        view = new CatalogView();
        tables = new InterruptedCatalog(store.Catalog);
        sweep = new MembershipSweep(store.Catalog, store.Transitions, new WholeShare(), new TransitionOptions(), clock, NullLogger<MembershipSweep>.Instance);
        grain = Grain(view);
    }

    public async ValueTask DisposeAsync()
    {
        await backfill.DisposeAsync();
        await store.Lifetime.DisposeAsync();
        await house.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_save_that_broke_off_segments_can_still_be_saved_and_deleted(bool isAnswerLost)
    {
        var first = (await SaveAsync("first")).Id;
        tables.BreakNext(isAnswerLost);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => SaveAsync("second"));

        var third = (await SaveAsync("third")).Id;

        Assert.True((await grain.DeleteAsync(first, Cancelled)).IsDeleted);
        var names = (await grain.ListAsync(Cancelled)).Select(segment => segment.Name).ToList();
        Assert.Equal(isAnswerLost ? ["second", "third"] : (string[])["third"], names);
        Assert.Equal(names.Count, view.Current.Segments.Count);
        Assert.NotNull(view.Current.Find(third));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_backfill_whose_end_broke_off_is_ended_by_the_next(bool isAnswerLost)
    {
        await SaveAsync("first");
        await SaveAsync("second");
        var version = view.Current.Version;
        tables.BreakNext(isAnswerLost);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => grain.CompleteBackfillAsync(version, Cancelled));

        await grain.CompleteBackfillAsync(version, Cancelled);

        Assert.All(await grain.ListAsync(Cancelled), segment => Assert.True(segment.IsLive));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_delete_that_broke_off_leaves_all_or_nothing(bool isAnswerLost)
    {
        var first = (await SaveAsync("first")).Id;
        tables.BreakNext(isAnswerLost);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => grain.DeleteAsync(first, Cancelled));

        Assert.Equal(isAnswerLost ? 0 : 1, (await grain.ListAsync(Cancelled)).Count);
        Assert.Equal(isAnswerLost, view.Current.Find(first) is null);
        Assert.Equal(isAnswerLost ? 0 : 1, (await store.Catalog.ReadAsync(Cancelled)).Sets.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_that_broke_off_is_there_as_a_whole_or_not_at_all(bool isAnswerLost)
    {
        var (first, second) = await TwoLiveAsync();
        tables.BreakNext(isAnswerLost);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => grain.SaveAsync(new SaveSegment(first, "first", null, Opened), Cancelled));

        // Neither who asks the same process nor who starts anew sees anything in between.
        foreach (var asked in new[] { grain, Grain(new CatalogView()) })
        {
            var records = (await asked.ListAsync(Cancelled)).ToDictionary(record => record.Id);
            Assert.Equal(isAnswerLost ? Opened : Ordered, records[first].Definition);
            Assert.All(records.Values, record => Assert.Equal(!isAnswerLost, record.IsLive));
            Assert.Equal([first, second], records.Values.Select(record => record.ShownSet).Order());
        }

        Assert.Equal(isAnswerLost ? 4 : 2, view.Current.Segments.Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_changed_definition_and_those_that_refer_to_it_are_shown_together_even_if_the_switch_broke_off(bool? isAnswerLost)
    {
        var (first, second) = await TwoLiveAsync();
        await grain.SaveAsync(new SaveSegment(first, "first", null, Opened), Cancelled);
        var version = view.Current.Version;
        Assert.Equal(4, view.Current.Segments.Count);
        if (isAnswerLost is { } breaks)
        {
            tables.BreakNext(breaks);
            await Assert.ThrowsAsync<StoreUnavailableException>(() => grain.CompleteBackfillAsync(version, Cancelled));
            var shown = (await grain.ListAsync(Cancelled)).Select(record => record.IsLive).Distinct();
            Assert.Equal(breaks, Assert.Single(shown));
        }

        await grain.CompleteBackfillAsync(version, Cancelled);

        var records = await grain.ListAsync(Cancelled);
        Assert.All(records, record => Assert.True(record.IsLive));
        Assert.Empty(records.Select(record => record.ShownSet).Intersect([first, second]));
        Assert.Equal(records.Select(record => record.ShownSet).Order(), view.Current.Segments.Select(segment => segment.Id));
        Assert.True(view.Current.Version > version);
    }

    [Fact]
    public async Task Who_decided_on_what_another_has_changed_since_decides_anew()
    {
        var otherView = new CatalogView();
        var other = Grain(otherView);
        await other.ListAsync(Cancelled);
        var first = (await SaveAsync("first")).Id;
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.NotNull((await other.SaveAsync(new SaveSegment(null, "late", null, Opened), Cancelled)).Saved);
        Assert.Equal(["first", "late"], (await other.ListAsync(Cancelled)).Select(record => record.Name));
        Assert.NotNull(otherView.Current.Find(first));

        // Told of it, the first one sees it too.
        view.Set(await new CatalogStore(tables).ReadAsync(Cancelled));
        Assert.Equal(["first", "late"], (await grain.ListAsync(Cancelled)).Select(record => record.Name));
        Assert.Equal(otherView.Current.Version, view.Current.Version);
    }

    [Fact]
    public async Task A_change_of_a_change_and_its_taking_back_never_touch_what_is_shown()
    {
        var (first, second) = await TwoLiveAsync();
        await grain.SaveAsync(new SaveSegment(first, "first", null, Opened), Cancelled);
        var stale = view.Current.Version;
        await grain.SaveAsync(new SaveSegment(first, "first", null, new NotNode(Opened)), Cancelled);
        await grain.CompleteBackfillAsync(stale, Cancelled);
        Assert.All(await grain.ListAsync(Cancelled), record => Assert.False(record.IsLive));

        await grain.SaveAsync(new SaveSegment(first, "renamed", null, Ordered), Cancelled);

        Assert.Equal([(first, true), (second, true)], (await grain.ListAsync(Cancelled)).Select(record => (record.ShownSet, record.IsLive)).Order());
        Assert.Equal(2, view.Current.Segments.Count);
    }

    [Fact]
    public async Task What_may_not_refer_or_not_go_is_refused_in_the_catalogs_own_turn()
    {
        var (first, second) = await TwoLiveAsync();

        Assert.NotNull((await grain.SaveAsync(new SaveSegment(first, "first", null, new SegmentReference(second)), Cancelled)).Refusal);
        Assert.Equal(new DeleteAnswer(false, second), await grain.DeleteAsync(first, Cancelled));
        Assert.Equal(new SaveAnswer(null, null), await grain.SaveAsync(new SaveSegment(new SegmentId(Guid.CreateVersion7()), "x", null, Ordered), Cancelled));
    }

    [Fact]
    public async Task A_definition_that_a_newer_build_stored_is_a_fault_until_it_is_gone()
    {
        var known = await SaveAsync("known");
        var later = """{"Name":"later","Filter":{"field":"traits.plan","operator":"later","value":"pro"}}"""u8.ToArray();
        await WriteAsync(later);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Grain(new CatalogView()).ListAsync(Cancelled));

        await WriteAsync(null);
        Assert.Equal([known.Id], (await Grain(new CatalogView()).ListAsync(Cancelled)).Select(segment => segment.Id));

        async Task WriteAsync(byte[]? json)
        {
            var revision = (await store.Catalog.ReadAsync(Cancelled)).Revision;
            var document = new CatalogDocument(StoredCatalog.SegmentKind, "0198c0de-0000-7000-8000-000000000001", json is null ? null : (ReadOnlyMemory<byte>?)json);
            Assert.True(await store.Catalog.WriteAsync(new CatalogWrite(revision) { Documents = [document] }, Cancelled));
        }
    }

    private CatalogGrain Grain(CatalogView of) => new(new CatalogStore(tables), store.Transitions, of, backfill, new EntryInstants(), sweep, clock);

    /// <summary>Two segments that everybody has been judged by; the second refers to the first.</summary>
    private async Task<(SegmentId First, SegmentId Second)> TwoLiveAsync()
    {
        var first = (await SaveAsync("first")).Id;
        clock.Advance(TimeSpan.FromSeconds(1));
        var second = (await grain.SaveAsync(new SaveSegment(null, "second", null, new SegmentReference(first)), Cancelled)).Saved!.Id;
        await grain.CompleteBackfillAsync(view.Current.Version, Cancelled);
        return (first, second);
    }

    private async Task<SegmentRecord> SaveAsync(string name)
    {
        clock.Advance(TimeSpan.FromSeconds(1));
        return (await grain.SaveAsync(new SaveSegment(null, name, null, Ordered), Cancelled)).Saved!;
    }
}
