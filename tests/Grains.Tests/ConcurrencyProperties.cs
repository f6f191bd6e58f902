using CdpPipeline.Grains.Tests.Model;
using CdpPipeline.Testing;

namespace CdpPipeline.Grains.Tests;

/// <summary>Whatever callers do at the same time: one owner for each identifier, each event once, and profiles and segments that their events explain.</summary>
public sealed class ConcurrencyProperties
{
    private const int OnSqlite = 200;
    private const int OnPostgres = 25;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Callers_at_the_same_time_lose_and_double_nothing_on_sqlite()
    {
        using var folder = new TemporaryFolder();
        await RunAsync(folder.Settings("crowd"), Cases.Of(OnSqlite));
    }

    [Fact]
    public async Task Callers_at_the_same_time_lose_and_double_nothing_on_postgres()
    {
        Assert.SkipWhen(PostgresServer.MissingReason is not null, PostgresServer.MissingReason ?? "");
        var server = await PostgresServer.SharedAsync();
        await RunAsync(new Dictionary<string, string?> { ["Cdp:ConnectionString"] = await server.CreateDatabaseAsync() }, Cases.Of(OnPostgres));
    }

    private static async Task RunAsync(IReadOnlyDictionary<string, string?> settings, Cases cases)
    {
        await using var lane = new Lane(settings);
        await lane.OpenAsync(Cancelled);
        for (var seed = cases.First; seed < cases.First + cases.Count; seed++)
        {
            try
            {
                await new Crowd(lane, seed, Cancelled).RunAsync();
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Assert.Fail($"CDP_SEED={seed} (the order in which callers came is not part of the seed)\n{failure}");
            }
        }

        await lane.House.StopAsync(Cancelled);
    }
}
