using CdpPipeline.Grains.Tests;
using CdpPipeline.Grains.Tests.Model;
using CdpPipeline.Testing;

namespace CdpPipeline.Silo.Tests;

/// <summary>Whatever happens to some people through three silos, everything that can be seen of them is what the simple model says.</summary>
public sealed class ClusterModelProperties
{
    private const int Stories = 10;
    private const int Crowds = 8;
    private const int Tales = 4;
    private const int Backfills = 4;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public Task Any_history_ends_as_the_model_says() => EachInAHouseAsync(
        Stories,
        watches: true,
        (lane, seed) => new HistoryRun(lane, new Histories(new Random(seed)).Make(), new Random(seed), comparesAlways: false, Cancelled).RunAsync());

    [Fact]
    public Task Callers_at_the_same_time_lose_and_double_nothing() => InOneHouseAsync(Crowds, (lane, seed) => new Crowd(lane, seed, Cancelled).RunAsync());

    [Fact]
    public Task What_was_told_adds_up_to_the_members() => EachInAHouseAsync(Tales, watches: true, (lane, seed) => new ToldHistory(lane, new Random(seed), Cancelled).RunAsync());

    [Fact]
    public Task A_backfill_beside_events_merges_and_undos_ends_right() => EachInAHouseAsync(Backfills, watches: false, async (lane, seed) =>
    {
        var crowd = new Crowd(lane, seed, Cancelled);
        await crowd.RunAsync(restarts: false);
        if (seed % 3 == 0) lane.House.Grains.Stop();
        await crowd.RunAsync(async () =>
        {
            await lane.House.WatchAsync(Cancelled);
            await lane.House.BackfillAsync(Cancelled);
        });
    });

    private static async Task InOneHouseAsync(int count, Func<Lane, int, Task> runAsync)
    {
        Assert.SkipWhen(PostgresServer.MissingReason is not null, PostgresServer.MissingReason ?? "");
        using var folder = new TemporaryFolder();
        await using var lane = new Lane(folder.Settings("model"));
        await lane.OpenAsync(Cancelled);
        var cases = Cases.Of(count);
        for (var seed = cases.First; seed < cases.First + cases.Count; seed++) await SeededAsync(seed, () => runAsync(lane, seed));
        await lane.House.StopAsync(Cancelled);
    }

    private static async Task EachInAHouseAsync(int count, bool watches, Func<Lane, int, Task> runAsync)
    {
        Assert.SkipWhen(PostgresServer.MissingReason is not null, PostgresServer.MissingReason ?? "");
        using var folder = new TemporaryFolder();
        var cases = Cases.Of(count);
        for (var seed = cases.First; seed < cases.First + cases.Count; seed++)
        {
            await using var lane = new Lane(new Dictionary<string, string?>(folder.Settings($"seed{seed}")) { ["Cdp:Bulk:PageSize"] = $"{1 + (seed % 5)}" });
            await lane.OpenAsync(Cancelled, watches: watches);
            await SeededAsync(seed, () => runAsync(lane, seed));
            await lane.House.StopAsync(Cancelled);
        }
    }

    private static async Task SeededAsync(int seed, Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Assert.Fail($"CDP_SEED={seed} (the order in which callers came is not part of the seed)\n{failure}");
        }
    }
}
