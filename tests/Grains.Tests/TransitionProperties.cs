using CdpPipeline.Grains.Tests.Model;
using CdpPipeline.Testing;

namespace CdpPipeline.Grains.Tests;

/// <summary>
/// Whatever happens to people and definitions: who replays what was told has the members that are shown at every moment, nobody enters twice at
/// the same instant, and a merge tells nothing but what it changed.
/// </summary>
public sealed class TransitionProperties
{
    private const int OnSqlite = 60;
    private const int OnPostgres = 12;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_told_adds_up_to_the_members_on_sqlite()
    {
        var cases = Cases.Of(OnSqlite);
        for (var seed = cases.First; seed < cases.First + cases.Count; seed++)
        {
            using var folder = new TemporaryFolder();
            await RunAsync(folder.Settings("told"), seed);
        }
    }

    [Fact]
    public async Task What_was_told_adds_up_to_the_members_on_postgres()
    {
        Assert.SkipWhen(PostgresServer.MissingReason is not null, PostgresServer.MissingReason ?? "");
        var server = await PostgresServer.SharedAsync();
        var cases = Cases.Of(OnPostgres);
        for (var seed = cases.First; seed < cases.First + cases.Count; seed++)
            await RunAsync(new Dictionary<string, string?> { ["Cdp:ConnectionString"] = await server.CreateDatabaseAsync() }, seed);
    }

    private static async Task RunAsync(IReadOnlyDictionary<string, string?> settings, int seed)
    {
        await using var lane = new Lane(settings);
        await lane.OpenAsync(Cancelled);
        try
        {
            await new ToldHistory(lane, new Random(seed), Cancelled).RunAsync();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Assert.Fail($"CDP_SEED={seed}\n{failure}");
        }

        await lane.House.DisposeAsync();
    }
}
