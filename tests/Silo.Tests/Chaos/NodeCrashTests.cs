using System.Globalization;
using CdpPipeline.Faults.Tests;
using CdpPipeline.Faults.Tests.Checks;
using CdpPipeline.Faults.Tests.Load;
using CdpPipeline.Faults.Tests.Processes;

namespace CdpPipeline.Silo.Tests.Chaos;

/// <summary>Nodes are killed at random moments under load, one after the other. <c>CDP_CRASH_KILLS</c> makes longer runs.</summary>
[Trait("Category", "Faults")]
public sealed class NodeCrashTests
{
    private const int Clients = 24;

    private static readonly int Kills =
        int.TryParse(Environment.GetEnvironmentVariable("CDP_CRASH_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 3;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task Killing_nodes_under_load_loses_doubles_and_miscounts_nothing() => Run.WithSeedAsync("Postgres", CrashAsync);

    private static async Task CrashAsync(FaultStore store, CdpProcess program, int seed)
    {
        await program.StartAsync(Token);
        using var api = new ReadApi(program);
        foreach (var segment in ExpectedSegment.AtFirst) Assert.True(await api.TrySaveAsync(segment, Token), program.Output);

        var random = new Random(seed);
        var ledger = new CallLedger();
        await using var crowd = new Crowd(program, ledger, Clients, seed, Token);
        for (var kill = 1; kill <= Kills; kill++)
        {
            await Task.Delay(random.Next(1_000, 4_000), Token);
            crowd.Pace.PauseMaxMs = 0;
            await Task.Delay(random.Next(300), Token);
            var node = program.Nodes[random.Next(program.Nodes.Count)];
            node.Kill();
            crowd.Pace.PauseMaxMs = Pace.Leisurely;

            // Sometimes it is back before the others have noticed.
            await Task.Delay(random.Next(2) == 0 ? random.Next(500) : random.Next(5_000, 9_000), Token);
            node.Launch();
            await program.ReadyAsync(Token);
        }

        foreach (var segment in ExpectedSegment.Later)
        {
            while (!await api.TrySaveAsync(segment, Token)) await Task.Delay(100, Token);
        }

        await crowd.SettleAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"{Kills} kills, {ledger.AcknowledgedCount} calls, {ledger.Unanswered} requests unanswered, {ledger.Refusals} refused");
        await new FinalCheck(store, program, ledger, Token).RunAsync();
    }
}
