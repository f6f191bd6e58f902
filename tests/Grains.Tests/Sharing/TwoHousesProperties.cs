using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Tests.Model;
using CdpPipeline.Testing;

namespace CdpPipeline.Grains.Tests.Sharing;

/// <summary>
/// The same people reached through two processes at once, while definitions are saved, time passes, both remove events that are too old, and in the end one process freezes in the middle of a
/// commit and is fenced: every acknowledged event is there once, every identifier has one owner, members are those whom their events make members, and
/// counts, once counted again, are the rows.
/// </summary>
public sealed class TwoHousesProperties
{
    private const int Histories = 10;
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(20);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_processes_on_one_database_lose_and_double_nothing_though_one_is_fenced_in_the_middle()
    {
        var cases = Cases.Of(Histories);
        for (var seed = cases.First; seed < cases.First + cases.Count; seed++)
        {
            try
            {
                await RunAsync(seed);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Assert.Fail($"CDP_SEED={seed} (the order in which callers came is not part of the seed)\n{failure}");
            }
        }
    }

    private static async Task RunAsync(int seed)
    {
        var random = new Random(seed);
        await using var houses = await TwoHouses.OpenAsync(behind: TimeSpan.FromMicroseconds(random.Next(20_000)), Cancelled, watches: false);
        TimeSpan? kept = random.Next(2) == 0 ? Kept : null;
        var crowd = new Crowd(houses.Lane, seed, Cancelled) { Second = houses.Second, KeptFor = kept, SweepersAt = [houses.First, houses.Second] };
        await crowd.RunAsync(restarts: false);
        if (kept is { } period)
        {
            houses.Advance(2 * period);
            await crowd.RunAsync(restarts: false);
        }

        crowd.SweepersAt = [];
        houses.First.DueClock.Start();
        houses.Second.DueClock.Start();
        await crowd.RunAsync(
            async () =>
            {
                await houses.First.WatchAsync(Cancelled);
                await PassAsync(houses, random.Next(4), random);
                if (random.Next(2) == 0) await houses.Second.BackfillAsync(Cancelled);
                await houses.First.BackfillAsync(Cancelled);
            },
            restarts: false);
        await crowd.RunAsync(
            async () =>
            {
                await PassAsync(houses, random.Next(4), random);
                if (random.Next(2) == 0) await SaveAgainAsync(houses.First);
                await houses.FreezeAndFenceAsync(Cancelled);
                await PassAsync(houses, random.Next(4), random);
            },
            restarts: false);
        await StaysAreNamedOnceAsync(houses.First);

        // The second one's deltas never reached the first.
        houses.First.Recounts.Start();
        houses.First.Recounts.RequestAll();
        foreach (var segment in houses.First.Watched.Keys)
        {
            await Eventually.HoldsAsync(async () => await houses.First.Grains.Segment(segment).AuditAsync(Cancelled) is var audit && audit.Counter == audit.Rows, "the count is that of the rows", Cancelled);
        }

        await houses.First.StopAsync(Cancelled);
    }

    // Nobody is judged otherwise by it, but it is another version.
    private static async Task SaveAgainAsync(House house)
    {
        var segment = (await house.Grains.Catalog.ListAsync(Cancelled))[0];
        await house.Grains.Catalog.SaveAsync(new SaveSegment(segment.Id, segment.Name, "Saved again", segment.Definition), Cancelled);
    }

    private static async Task PassAsync(TwoHouses houses, int times, Random random)
    {
        for (; times > 0; times--)
        {
            await Task.Yield();
            houses.Advance(TimeSpan.FromSeconds(random.Next(1, 900)));
        }
    }

    private static async Task StaysAreNamedOnceAsync(House house)
    {
        var told = await house.Transitions.ReadAsync([], 1_000_000, Cancelled);
        var twice = told.Where(each => each.IsEntry).GroupBy(each => (each.Identity, each.Segment, each.Since)).Where(each => each.Count() > 1).ToList();
        if (twice.Count > 0) throw new ModelMismatchException($"{twice[0].Key} was told {twice[0].Count()} times.");
    }
}
