using CdpPipeline.Api.Hosting;
using CdpPipeline.Api.Local;
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

    private readonly TemporaryFolder folder = new();
    private readonly ManualClock clock = new();
    private OpenStore store = null!;
    private House house = null!;
    private InterruptedDocuments documents = null!;
    private Backfill backfill = null!;
    private CatalogView view = null!;
    private CatalogGrain grain = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        house = await House.OpenAsync(folder.Settings("people"), clock, Cancelled);
        var settings = new ConfigurationBuilder().AddInMemoryCollection(folder.Settings("catalog")).Build();
        var stream = new LocalMembershipStream(NullLogger<LocalMembershipStream>.Instance);
        store = await OpenStore.OpenAsync(settings, stream, clock, NullLoggerFactory.Instance, Cancelled);
        documents = new InterruptedDocuments(store.Documents);
        backfill = house.NewBackfill(documents);
        view = new CatalogView();
        grain = new CatalogGrain(new CatalogStore(documents), store.Memberships, view, backfill, clock);
    }

    public async ValueTask DisposeAsync()
    {
        await backfill.DisposeAsync();
        await store.Lifetime.DisposeAsync();
        await house.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    public async Task After_a_save_that_broke_off_segments_can_still_be_saved_and_deleted(int put, bool isAnswerLost)
    {
        var first = (await SaveAsync("first"))!.Id;
        documents.BreakAt(put, isAnswerLost);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => SaveAsync("second"));

        var third = (await SaveAsync("third"))!.Id;

        Assert.True(await grain.DeleteAsync(first, Cancelled));
        var names = (await grain.ListAsync(Cancelled)).Select(segment => segment.Name).ToList();
        Assert.Equal(put == 1 && isAnswerLost ? ["second", "third"] : (string[])["third"], names);
        Assert.Equal(names.Count, view.Current.Segments.Count);
        Assert.NotNull(view.Current.Find(third));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    public async Task A_backfill_whose_end_broke_off_is_ended_by_the_next(int put, bool isAnswerLost)
    {
        await SaveAsync("first");
        await SaveAsync("second");
        var version = view.Current.Version;
        documents.BreakAt(put, isAnswerLost);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => grain.CompleteBackfillAsync(version, Cancelled));

        await grain.CompleteBackfillAsync(version, Cancelled);

        Assert.All(await grain.ListAsync(Cancelled), segment => Assert.True(segment.IsLive));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_delete_that_broke_off_takes_effect_with_the_next_save_at_the_latest(bool isAnswerLost)
    {
        var first = (await SaveAsync("first"))!.Id;
        documents.BreakAt(0, isAnswerLost);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => grain.DeleteAsync(first, Cancelled));

        await SaveAsync("second");

        Assert.Equal(["second"], (await grain.ListAsync(Cancelled)).Select(segment => segment.Name));
        Assert.Null(view.Current.Find(first));
    }

    private Task<SegmentRecord?> SaveAsync(string name)
    {
        clock.Advance(TimeSpan.FromSeconds(1));
        return grain.SaveAsync(new SaveSegment(null, name, null, Ordered), Cancelled);
    }
}
