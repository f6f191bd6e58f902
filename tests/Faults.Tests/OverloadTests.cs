using System.Diagnostics;
using System.Net;
using CdpPipeline.Faults.Tests.Checks;
using CdpPipeline.Faults.Tests.Load;
using CdpPipeline.Faults.Tests.Processes;

namespace CdpPipeline.Faults.Tests;

/// <summary>
/// More arrives than the program may have under way, and for a while the store takes nothing at all: the rest is turned away with a Retry-After, whoever
/// reads is answered, memory is bounded, nothing acknowledged is lost, and all recovers. How fast, <c>overload</c> of the benchmarks measures.
/// </summary>
[Trait("Category", "Faults")]
[Collection("Faults")]
public sealed class OverloadTests
{
    private const int Clients = 64;
    private const long WorkingSetMax = 1L << 30;

    private static readonly TimeSpan PressFor = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan HoldFor = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ReadMax = TimeSpan.FromSeconds(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Sqlite", "begin immediate")]
    [InlineData("Postgres", "lock table event in share mode")]
    public async Task What_is_too_much_is_turned_away_and_nothing_else_suffers(string kind, string hold)
    {
        await using var store = await FaultStore.CreateAsync(kind);
        await using var program = new CdpProcess(store, ("Cdp__Local__EventsUnderWayMax", "40"));
        await program.StartAsync(Token);
        using var api = new ReadApi(program);
        foreach (var segment in ExpectedSegment.AtFirst) Assert.True(await api.TrySaveAsync(segment, Token), program.Output);
        var ledger = new CallLedger();
        await using (var crowd = new Crowd(program, ledger, Clients, Random.Shared.Next(), Token))
        {
            crowd.Pace.PauseMaxMs = 0;
            await Task.Delay(PressFor, Token);
            var before = ledger.Refusals;
            await store.HoldAsync(hold, HoldFor, () => LookOnAsync(program, HoldFor));
            Assert.True(ledger.Refusals > before, $"Nobody was turned away while the store stood still.\n{program.Output}");
            crowd.Pace.PauseMaxMs = Pace.Leisurely;
            await crowd.SettleAsync();
        }

        await RecoveredAsync(program);
        TestContext.Current.TestOutputHelper?.WriteLine($"{ledger.AcknowledgedCount} calls, {ledger.Refusals} requests turned away, {program.WorkingSetBytes >> 20} MB");
        Assert.Equal(0, ledger.Unanswered);
        Assert.InRange(program.WorkingSetBytes, 1, WorkingSetMax);
        await new FinalCheck(store, program, ledger, Token).RunAsync();
    }

    // Health is asked of the process alone, and a 404 of the router: both must come at once, whatever waits for the store.
    private static async Task LookOnAsync(CdpProcess program, TimeSpan duration)
    {
        using var http = new HttpClient { BaseAddress = program.Address, Timeout = ReadMax };
        for (var since = Stopwatch.StartNew(); since.Elapsed < duration; await Task.Delay(20, Token))
        {
            using var health = await http.GetAsync(new Uri("/healthz", UriKind.Relative), Token);
            using var unknown = await http.GetAsync(new Uri("/v1/nothing", UriKind.Relative), Token);
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (health.StatusCode, unknown.StatusCode));
            Assert.InRange(program.WorkingSetBytes, 1, WorkingSetMax);
        }
    }

    // Once nobody presses any more, the first that comes is served.
    private static async Task RecoveredAsync(CdpProcess program)
    {
        using var http = new HttpClient { BaseAddress = program.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", CdpProcess.WriteKey);
        for (var i = 0; i < 20; i++)
        {
            using var body = new StringContent("""{"userId":"overloaded","event":""}""");
            using var answer = await http.PostAsync(new Uri("/v1/track", UriKind.Relative), body, Token);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }
}
