using CdpPipeline.Grains.Tests.Model;

namespace CdpPipeline.Grains.Tests;

/// <summary>
/// Random definitions, saved before or while things happen: after each step of a random history (late, repeated and removed events, merges, undos,
/// erasures, restarts) their members are those whom an evaluator that shares no code with ours finds by reading all that people did, also
/// one tick before somebody is woken, and at that instant.
/// </summary>
public sealed class SegmentTruthProperties
{
    // So that a backfill does not look at ever more people of histories that are over.
    private const int HistoriesEach = 20;

    private static readonly int Count = Stores.CountOf(sqlite: 400, postgres: 40, silos: 5);
    private static readonly int Lanes = Stores.CountOf(sqlite: 2, postgres: 1, silos: 1);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Members_are_whom_all_their_events_make_members_at_every_step()
    {
        using var stores = Stores.Open();
        var cases = Cases.Of(Count);
        TestContext.Current.TestOutputHelper?.WriteLine($"Seeds {cases.First} to {cases.First + cases.Count - 1}");
        var seeds = Enumerable.Range(cases.First, cases.Count);
        await Parallel.ForEachAsync(
            seeds.Chunk(HistoriesEach), new ParallelOptions { MaxDegreeOfParallelism = Lanes, CancellationToken = Cancelled }, async (chunk, _) => await RunAsync(stores, chunk));
    }

    private static async Task RunAsync(Stores stores, int[] seeds)
    {
        await using var lane = await OpenAsync(stores, $"seed{seeds[0]}");
        foreach (var seed in seeds)
        {
            // Dates in definitions are whole seconds, and a history is to be the same wherever it begins.
            lane.Clock.Advance(TimeSpan.FromTicks(TimeSpan.TicksPerSecond - (lane.Clock.Now.Ticks % TimeSpan.TicksPerSecond)));
            var start = lane.Clock.Now;
            var operations = new DefinedHistories(new Random(seed), start).Make();
            if (await TryAsync(lane, operations, seed) is not var (_, failure)) continue;
            var tried = 0;
            var (smallest, shrunk) = await Shrinking.ShrinkAsync(operations, failure, async candidate =>
            {
                await using var fresh = await OpenAsync(stores, $"seed{seed}again{tried++}");
                fresh.Clock.Advance(start - fresh.Clock.Now);
                return await TryAsync(fresh, candidate, seed);
            });
            Assert.Fail($"CDP_SEED={seed}\n{string.Join('\n', smallest.Select(operation => $"  {operation}"))}\n{shrunk}");
        }
    }

    private static async Task<Lane> OpenAsync(Stores stores, string name)
    {
        var lane = new Lane(new Dictionary<string, string?>(await stores.SettingsAsync(name)) { ["Cdp:Bulk:PageSize"] = "3", ["Cdp:Profiles:ConversionNames:0"] = "C" });
        await lane.OpenAsync(Cancelled, watches: false);
        return lane;
    }

    private static async Task<(int At, Exception Failure)?> TryAsync(Lane lane, IReadOnlyList<Operation> operations, int seed)
    {
        var definitions = new Definitions(lane);
        var run = new HistoryRun(lane, operations, new Random(seed), comparesAlways: true, Cancelled) { Definitions = definitions };
        try
        {
            await run.RunAsync();
            await definitions.EndAsync(Cancelled);
            return null;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return (Math.Min(run.At, operations.Count - 1), failure);
        }
    }
}
