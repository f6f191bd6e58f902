using CdpPipeline.Faults.Tests;
using CdpPipeline.Faults.Tests.Checks;
using CdpPipeline.Faults.Tests.Load;
using CdpPipeline.Faults.Tests.Processes;

namespace CdpPipeline.Silo.Tests.Chaos;

/// <summary>Three nodes under load from many clients, which send again what was not acknowledged; something befalls the nodes; then all is checked.</summary>
internal sealed class UnderLoad
{
    private const int Clients = 24;

    private UnderLoad(FaultStore store, CdpProcess program, CallLedger ledger, Crowd crowd, Random random)
    {
        Store = store;
        Program = program;
        Ledger = ledger;
        Crowd = crowd;
        Random = random;
    }

    public FaultStore Store { get; }

    public CdpProcess Program { get; }

    public CallLedger Ledger { get; }

    public Crowd Crowd { get; }

    public Random Random { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>When the trouble has returned all nodes must be running, or be on their way.</summary>
    public static Task RunAsync(Func<UnderLoad, Task> trouble, bool isOwnServer = false) => Run.WithSeedAsync(
        "Postgres",
        async (store, program, seed) =>
        {
            await program.StartAsync(Token);
            using var api = new ReadApi(program);
            foreach (var segment in ExpectedSegment.AtFirst) Assert.True(await api.TrySaveAsync(segment, Token), program.Output);

            var ledger = new CallLedger();
            await using var crowd = new Crowd(program, ledger, Clients, seed, Token);
            await Task.Delay(TimeSpan.FromSeconds(1), Token);
            await trouble(new UnderLoad(store, program, ledger, crowd, new Random(seed)));

            await program.ReadyAsync(Token);
            foreach (var segment in ExpectedSegment.Later)
            {
                while (!await api.TrySaveAsync(segment, Token)) await Task.Delay(100, Token);
            }

            await crowd.SettleAsync();
            TestContext.Current.TestOutputHelper?.WriteLine($"{ledger.AcknowledgedCount} calls, {ledger.Unanswered} requests unanswered, {ledger.Refusals} refused");
            await new FinalCheck(store, program, ledger, Token).RunAsync();
        },
        isOwnServer);

    /// <summary>Clients press for a moment: something is under way everywhere when it returns.</summary>
    public async Task PressAsync()
    {
        Crowd.Pace.PauseMaxMs = 0;
        await Task.Delay(Random.Next(300), Token);
    }

    public void Relax() => Crowd.Pace.PauseMaxMs = Pace.Leisurely;
}
