using CdpPipeline.Grains.Tests.Model;
using CdpPipeline.Testing;

namespace CdpPipeline.Grains.Tests;

/// <summary>Definitions saved while people go on doing what they do: once they are live, their members are those whom their events make members.</summary>
public sealed class BackfillProperties
{
    private const int OnSqlite = 60;
    private const int OnPostgres = 8;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backfill_beside_events_merges_and_undos_ends_right_on_sqlite()
    {
        using var folder = new TemporaryFolder();
        await RunAsync(Cases.Of(OnSqlite), seed => Task.FromResult(folder.Settings($"seed{seed}")));
    }

    [Fact]
    public async Task A_backfill_beside_events_merges_and_undos_ends_right_on_postgres()
    {
        Assert.SkipWhen(PostgresServer.MissingReason is not null, PostgresServer.MissingReason ?? "");
        var server = await PostgresServer.SharedAsync();
        await RunAsync(Cases.Of(OnPostgres), async _ => new Dictionary<string, string?> { ["Cdp:ConnectionString"] = await server.CreateDatabaseAsync() });
    }

    private static async Task RunAsync(Cases cases, Func<int, Task<IReadOnlyDictionary<string, string?>>> settingsOf)
    {
        for (var seed = cases.First; seed < cases.First + cases.Count; seed++)
        {
            var settings = new Dictionary<string, string?>(await settingsOf(seed)) { ["Cdp:Bulk:PageSize"] = $"{1 + (seed % 5)}" };
            try
            {
                await RunAsync(settings, seed);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Assert.Fail($"CDP_SEED={seed} (the order in which callers came is not part of the seed)\n{failure}");
            }
        }
    }

    private static async Task RunAsync(IReadOnlyDictionary<string, string?> settings, int seed)
    {
        await using var lane = new Lane(settings);
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
    }
}
