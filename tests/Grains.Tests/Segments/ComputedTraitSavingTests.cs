using System.Text.Json;
using CdpPipeline.Api.Hosting;
using CdpPipeline.Api.Local;
using CdpPipeline.Api.Segments;
using CdpPipeline.Domain.ComputedTraits;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Grains.Segments;
using CdpPipeline.Grains.Tests.Model;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace CdpPipeline.Grains.Tests.Segments;

/// <summary>A computed trait whose write breaks off midway is there as a whole or not at all, and the segments that read it end live.</summary>
public sealed class ComputedTraitSavingTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_save_and_a_delete_that_broke_off_can_be_done_again(bool isAnswerLost)
    {
        using var folder = new TemporaryFolder();
        var clock = new ManualClock();
        await using var house = await House.OpenAsync(folder.Settings("people"), clock, Cancelled);
        var settings = new ConfigurationBuilder().AddInMemoryCollection(folder.Settings("catalog")).Build();
        var stream = new LocalMembershipStream(new ChangedSegments(), NullLogger<LocalMembershipStream>.Instance);
        var store = await OpenStore.OpenAsync(settings, stream, clock, NullLoggerFactory.Instance, Cancelled);
        await using var lifetime = store.Lifetime;
        var tables = new InterruptedCatalog(store.Catalog);
        await using var backfill = house.NewBackfill(store.Documents);
        var view = new CatalogView();
        var sweep = new MembershipSweep(store.Catalog, store.Transitions, new WholeShare(), new TransitionOptions(), clock, NullLogger<MembershipSweep>.Instance);
        var grain = new CatalogGrain(new CatalogStore(tables), store.Transitions, view, backfill, new EntryInstants(), sweep, clock);
        using var filter = JsonDocument.Parse("""{"field":"traits.orders","operator":"gte","value":2}""");
        await grain.SaveAsync(new SaveSegment(null, "buyers", null, FilterReader.ReadTrusted(filter.RootElement)), Cancelled);
        await grain.CompleteBackfillAsync(view.Current.Version, Cancelled);
        var request = new SaveTrait(null, new ComputedTrait("orders", new TraitComputation(TraitFunction.Count, new EventCondition("Order"), null)), null);

        tables.BreakNext(isAnswerLost);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => grain.SaveTraitAsync(request, Cancelled));

        var isSaved = isAnswerLost;
        Assert.Equal(isSaved ? 1 : 0, (await grain.ListTraitsAsync(Cancelled)).Count);
        Assert.Equal(isSaved ? 1 : 0, view.Current.Traits.Count);
        Assert.Equal(isSaved ? TraitRefusal.NameTaken : null, (await grain.SaveTraitAsync(request, Cancelled)).Refusal);
        var saved = Assert.Single(await grain.ListTraitsAsync(Cancelled));
        Assert.False(saved.IsLive);
        Assert.False(Assert.Single(await grain.ListAsync(Cancelled)).IsLive);
        await grain.CompleteBackfillAsync(view.Current.Version, Cancelled);
        Assert.True(Assert.Single(await grain.ListTraitsAsync(Cancelled)).IsLive);

        Assert.Equal("buyers", (await grain.DeleteTraitAsync(saved.Id, Cancelled)).UsedBy?.Name);
        await grain.DeleteAsync(Assert.Single(await grain.ListAsync(Cancelled)).Id, Cancelled);
        tables.BreakNext(isAnswerLost);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => grain.DeleteTraitAsync(saved.Id, Cancelled));
        Assert.Equal(isAnswerLost ? 0 : 1, (await grain.ListTraitsAsync(Cancelled)).Count);
        Assert.Equal(!isAnswerLost, (await grain.DeleteTraitAsync(saved.Id, Cancelled)).IsDeleted);
        Assert.Equal(0, view.Current.Traits.Count);
    }
}
