using System.Diagnostics;
using CdpPipeline.Faults.Tests.Checks;
using CdpPipeline.Faults.Tests.Load;
using CdpPipeline.Faults.Tests.Processes;
using Npgsql;

namespace CdpPipeline.Faults.Tests;

/// <summary>PostgreSQL takes its connections away, and crashes itself, under load. The program lives through it.</summary>
[Trait("Category", "Faults")]
[Collection("Faults")]
public sealed class PostgresOutageTests
{
    private const int Clients = 48;
    private const int ServerCrashes = 3;

    private static readonly TimeSpan LoadFor = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task Terminated_connections_and_a_crashing_server_lose_double_and_miscount_nothing() => Run.WithSeedAsync("Postgres", OutageAsync, isOwnServer: true);

    private static async Task OutageAsync(FaultStore store, CdpProcess program, int seed)
    {
        await program.StartAsync(Token);
        using var api = new ReadApi(program);
        foreach (var segment in ExpectedSegment.AtFirst) Assert.True(await api.TrySaveAsync(segment, Token), program.Output);

        var random = new Random(seed);
        var ledger = new CallLedger();
        await using var crowd = new Crowd(program, ledger, Clients, seed, Token);
        var (terminated, crashed) = (0, 0);
        for (var since = Stopwatch.StartNew(); since.Elapsed < LoadFor;)
        {
            await Task.Delay(random.Next(100, 900), Token);
            crowd.Pace.PauseMaxMs = 0;
            await Task.Delay(random.Next(150), Token);
            if (crashed < ServerCrashes && store.Server!.IsPrivate && since.Elapsed > LoadFor * (crashed + 1) / (ServerCrashes + 1))
            {
                await store.Server.StopAsync();
                crowd.Pace.PauseMaxMs = Pace.Leisurely;
                await Task.Delay(random.Next(1_500), Token);
                await store.Server.StartAgainAsync();
                await api.TrySaveAsync(ExpectedSegment.Later[crashed], Token);
                crashed++;
            }
            else
            {
                terminated += await TerminateAsync(store);
                crowd.Pace.PauseMaxMs = Pace.Leisurely;
            }
        }

        await crowd.SettleAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"{terminated} connections terminated, {crashed} server crashes, {ledger.AcknowledgedCount} calls, {ledger.Refusals} requests refused");
        Assert.True(program.IsRunning, "The program did not live through it.");
        Assert.Equal(0, ledger.Unanswered);
        Assert.True(ledger.Refusals > 0, "The trouble came through to no client.");
        await new FinalCheck(store, program, ledger, Token).RunAsync();
    }

    private static async Task<int> TerminateAsync(FaultStore store)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(store.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()", connection);
        return (int)(long)(await command.ExecuteScalarAsync(Token))!;
    }
}
