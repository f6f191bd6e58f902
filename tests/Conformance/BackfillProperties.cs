using CdpPipeline.Grains.Tests.Model;

namespace CdpPipeline.Grains.Tests;

/// <summary>Definitions saved while people go on doing what they do: once they are live, their members are those whom their events make members.</summary>
public sealed class BackfillProperties
{
    private static readonly int Count = Stores.CountOf(sqlite: 60, postgres: 8, silos: 4);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backfill_beside_events_merges_and_undos_ends_right()
    {
        using var stores = Stores.Open();
        await Seeded.EachAsync(Cases.Of(Count), async seed =>
        {
            await using var lane = new Lane(new Dictionary<string, string?>(await stores.SettingsAsync($"seed{seed}")) { ["Cdp:Bulk:PageSize"] = $"{1 + (seed % 5)}" });
            await lane.OpenAsync(Cancelled, watches: false);
            var crowd = new Crowd(lane, seed, Cancelled);
            await crowd.RunAsync(restarts: false);
            if (seed % 3 == 0) lane.House.Grains.Stop();
            await crowd.RunAsync(async () =>
            {
                await lane.House.WatchAsync(Cancelled);
                await lane.House.BackfillAsync(Cancelled);
            });
            await lane.House.StopAsync(Cancelled);
        });
    }
}
