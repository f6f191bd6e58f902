using CdpPipeline.Grains.Tests.Model;
using CdpPipeline.Testing;

namespace CdpPipeline.Grains.Tests.Retention;

/// <summary>
/// Events that are too old are removed while callers send (also what was removed before), merge and undo: no event is stored twice, nobody who is named is
/// lost, and everybody is what the rest of her events makes her, also after a restart.
/// </summary>
public sealed class RetentionProperties
{
    private const int OnSqlite = 60;
    private const int OnPostgres = 8;

    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(30);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Removing_beside_callers_loses_and_doubles_nothing_on_sqlite()
    {
        using var folder = new TemporaryFolder();
        await RunAsync(folder.Settings("kept"), Cases.Of(OnSqlite));
    }

    [Fact]
    public async Task Removing_beside_callers_loses_and_doubles_nothing_on_postgres()
    {
        Assert.SkipWhen(PostgresServer.MissingReason is not null, PostgresServer.MissingReason ?? "");
        var server = await PostgresServer.SharedAsync();
        await RunAsync(new Dictionary<string, string?> { ["Cdp:ConnectionString"] = await server.CreateDatabaseAsync() }, Cases.Of(OnPostgres));
    }

    private static async Task RunAsync(IReadOnlyDictionary<string, string?> settings, Cases cases)
    {
        await using var lane = new Lane(new Dictionary<string, string?>(settings) { ["Cdp:Retention:EventsPerTransactionMax"] = "3" });
        await lane.OpenAsync(Cancelled);
        for (var seed = cases.First; seed < cases.First + cases.Count; seed++)
        {
            try
            {
                var crowd = new Crowd(lane, seed, Cancelled) { KeptFor = Kept };
                await crowd.RunAsync(restarts: false);
                lane.Clock.Advance(2 * Kept);
                await crowd.RunAsync();
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Assert.Fail($"CDP_SEED={seed} (the order in which callers came is not part of the seed)\n{failure}");
            }
        }

        await lane.House.StopAsync(Cancelled);
    }
}
