using System.Globalization;
using CdpPipeline.Faults.Tests.Checks;
using CdpPipeline.Faults.Tests.Load;
using CdpPipeline.Faults.Tests.Processes;

namespace CdpPipeline.Faults.Tests;

/// <summary>The process is killed at random moments under load. <c>CDP_CRASH_KILLS</c> makes longer runs.</summary>
[Trait("Category", "Faults")]
[Collection("Faults")]
public sealed class CrashTests
{
    private const int Clients = 64;

    private static readonly int Kills =
        int.TryParse(Environment.GetEnvironmentVariable("CDP_CRASH_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("Postgres")]
    public Task Killing_the_process_under_load_loses_doubles_and_miscounts_nothing(string store) => Run.WithSeedAsync(store, CrashAsync);

    private static async Task CrashAsync(FaultStore store, CdpProcess program, int seed)
    {
        await program.StartAsync(Token);
        using var api = new ReadApi(program);
        foreach (var segment in ExpectedSegment.AtFirst) Assert.True(await api.TrySaveAsync(segment, Token), program.Output);

        var random = new Random(seed);
        var later = new Queue<ExpectedSegment>(ExpectedSegment.Later);
        var ledger = new CallLedger();
        await using var crowd = new Crowd(program, ledger, Clients, seed, Token);
        for (var kill = 1; kill <= Kills; kill++)
        {
            await Task.Delay(random.Next(300, 1_600), Token);
            crowd.Pace.PauseMaxMs = 0;
            await Task.Delay(random.Next(300), Token);
            var saving = later.Count > 0 && random.Next(3) == 0 ? api.TrySaveAsync(later.Peek(), Token) : Task.FromResult(false);
            if (random.Next(2) == 0) await saving;
            program.Kill();
            crowd.Pace.PauseMaxMs = Pace.Leisurely;
            if (await saving) later.Dequeue();

            // Now and then it does not even come up before the next kill.
            program.Launch();
            if (random.Next(6) == 0 && kill < Kills)
            {
                await Task.Delay(random.Next(100, 1_500), Token);
                program.Kill();
                kill++;
                program.Launch();
            }

            await program.ReadyAsync(Token);
        }

        while (later.TryPeek(out var segment)) if (await api.TrySaveAsync(segment, Token)) later.Dequeue();
        await crowd.SettleAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"{Kills} kills, {ledger.AcknowledgedCount} calls, {ledger.Unanswered} requests unanswered, {ledger.Refusals} refused");
        Assert.True(ledger.Unanswered > 0, "No kill came through to any client.");
        await new FinalCheck(store, program, ledger, Token).RunAsync();
    }
}
