using CdpPipeline.Grains.Tests.Model;

namespace CdpPipeline.Grains.Tests;

/// <summary>
/// Events that are too old are removed while callers send (also what was removed before), merge and undo: no event is stored twice, nobody who is named is
/// lost, and everybody is what the rest of her events makes her, also after a restart.
/// </summary>
public sealed class RetentionProperties
{
    private static readonly int Count = Stores.CountOf(sqlite: 60, postgres: 8, silos: 4);
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(30);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Removing_beside_callers_loses_and_doubles_nothing()
    {
        using var stores = Stores.Open();
        var settings = await stores.SettingsAsync("kept");
        await using var lane = new Lane(new Dictionary<string, string?>(settings) { ["Cdp:Retention:EventsPerTransactionMax"] = "3" });
        await lane.OpenAsync(Cancelled);
        await Seeded.EachAsync(Cases.Of(Count), async seed =>
        {
            var crowd = new Crowd(lane, seed, Cancelled) { KeptFor = Kept };
            await crowd.RunAsync(restarts: false);
            lane.Clock.Advance(2 * Kept);
            await crowd.RunAsync();
        });
        await lane.House.StopAsync(Cancelled);
    }
}
