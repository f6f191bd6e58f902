using CdpPipeline.Grains.Tests.Model;

namespace CdpPipeline.Grains.Tests;

/// <summary>
/// Whatever happens to people and definitions: who replays what was told has the members that are shown at every moment, nobody enters twice at
/// the same instant, and a merge tells nothing but what it changed.
/// </summary>
public sealed class TransitionProperties
{
    private static readonly int Count = Stores.CountOf(sqlite: 60, postgres: 12, silos: 4);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_told_adds_up_to_the_members()
    {
        using var stores = Stores.Open();
        await Seeded.EachAsync(Cases.Of(Count), async seed =>
        {
            await using var lane = new Lane(await stores.SettingsAsync($"seed{seed}"));
            await lane.OpenAsync(Cancelled);
            await new ToldHistory(lane, new Random(seed), Cancelled).RunAsync();
            await lane.House.StopAsync(Cancelled);
        });
    }
}
