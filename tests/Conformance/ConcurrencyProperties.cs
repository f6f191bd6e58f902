using CdpPipeline.Grains.Tests.Model;

namespace CdpPipeline.Grains.Tests;

/// <summary>Whatever callers do at the same time: one owner for each identifier, each event once, and profiles and segments that their events explain.</summary>
public sealed class ConcurrencyProperties
{
    private static readonly int Count = Stores.CountOf(sqlite: 200, postgres: 25, silos: 8);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Callers_at_the_same_time_lose_and_double_nothing()
    {
        using var stores = Stores.Open();
        await using var lane = new Lane(await stores.SettingsAsync("crowd"));
        await lane.OpenAsync(Cancelled);
        await Seeded.EachAsync(Cases.Of(Count), seed => new Crowd(lane, seed, Cancelled).RunAsync());
        await lane.House.StopAsync(Cancelled);
    }
}
