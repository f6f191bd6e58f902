using System.Diagnostics;
using System.Globalization;
using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Bench;

/// <summary>
/// What an append costs by the length of the timeline it goes to, and by the number of identities in the store. The lengths are
/// measured in turn, so that a slow moment of the machine meets them all.
/// </summary>
internal sealed class AppendFlat(BenchHost host, BenchArguments arguments)
{
    private const int BatchEvents = 100;
    private const int BatchesPerRound = 30;
    private const int SinglesPerRound = 200;
    private const int PeopleActive = 10_000;
    private const int EventsPerRound = 50_000;
    private const int CallsAtOnce = 32;

    public static async Task RunAsync(BenchArguments arguments)
    {
        await using (var host = await BenchHost.StartAsync(arguments)) await new AppendFlat(host, arguments).ByLengthAsync();
        await ByIdentitiesAsync(arguments);
    }

    private async Task ByLengthAsync()
    {
        int[] lengths = [0, .. new[] { 10_000, 100_000, 1_000_000 }.Where(length => length <= arguments.Events)];
        foreach (var length in lengths) await host.BuildAsync(OfLength(length), length);
        await host.SettleAsync();
        var costs = lengths.ToDictionary(length => length, _ => new Costs());
        for (var round = -1; round < arguments.Rounds; round++)
        {
            for (var turn = 0; turn < lengths.Length; turn++)
            {
                // Another one goes first in each round: there is a difference between after a rest and after the others.
                var length = lengths[(round + 1 + turn) % lengths.Length];

                // Whoever starts empty is somebody new in every round.
                var person = length == 0 ? SampleEvents.Anonymous($"new-{round}") : OfLength(length);
                await RoundAsync(person, round < 0 ? new Costs() : costs[length]);
            }
        }

        Print("events in the timeline", lengths, costs);
    }

    private async Task RoundAsync(Identifier person, Costs costs)
    {
        await costs.Batches.MeasureAsync(BatchesPerRound * BatchEvents, async () =>
        {
            for (var i = 0; i < BatchesPerRound; i++) await host.AppendAsync(host.Events.Batch(person, BatchEvents));
        });
        await costs.Singles.MeasureAsync(SinglesPerRound, async () =>
        {
            for (var i = 0; i < SinglesPerRound; i++) await host.AppendAsync([host.Events.For(person)]);
        });
    }

    /// <summary>A fresh store for each size, so that the active people have the same past in each.</summary>
    private static async Task ByIdentitiesAsync(BenchArguments arguments)
    {
        int[] sizes = [.. new[] { PeopleActive, 100_000, 1_000_000 }.Where(size => size <= arguments.Identities)];
        if (sizes.Length == 0) return;
        var costs = sizes.ToDictionary(size => size, _ => new Costs());

        // Once for nothing: what the runtime compiles and learns in the first run should not count for one size only.
        await ByIdentitiesAsync(arguments with { Rounds = 1 }, PeopleActive, new Costs());
        foreach (var size in sizes) await ByIdentitiesAsync(arguments, size, costs[size]);
        Print("identities in the store", sizes, costs);
    }

    private static async Task ByIdentitiesAsync(BenchArguments arguments, int size, Costs costs)
    {
        await using var host = await BenchHost.StartAsync(arguments);
        await host.PopulateAsync(0, size, eventsEach: 1);
        await host.SettleAsync();
        var bench = new AppendFlat(host, arguments);
        await bench.ActiveRoundAsync(new Costs());
        for (var round = 0; round < arguments.Rounds; round++) await bench.ActiveRoundAsync(costs);
    }

    private async Task ActiveRoundAsync(Costs costs)
    {
        await costs.Batches.MeasureAsync(EventsPerRound, () => AtOnceAsync(EventsPerRound / BatchEvents, BatchEvents));
        await costs.Singles.MeasureAsync(EventsPerRound / 10, () => AtOnceAsync(EventsPerRound / 10, 1));
    }

    private Task AtOnceAsync(int calls, int eventsEach)
    {
        var left = calls;
        return Task.WhenAll(Enumerable.Range(0, CallsAtOnce).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await host.AppendAsync([.. Enumerable.Range(0, eventsEach).Select(_ => host.Events.For(BenchHost.Person(Random.Shared.Next(PeopleActive))))]);
            }
        })));
    }

    private static Identifier OfLength(int length) => SampleEvents.Anonymous($"long-{length}");

    private static void Print(string title, int[] sizes, Dictionary<int, Costs> costs)
    {
        var table = new Table(title, "batches of 100, µs/event", "of the first", "CPU µs/event", "of the first", "singles, µs/event", "of the first", "CPU µs/event", "of the first");
        var first = costs[sizes[0]];
        foreach (var size in sizes)
        {
            var cost = costs[size];
            table.Add(
                size.ToString("#,0", CultureInfo.InvariantCulture),
                cost.Batches.Elapsed.Median,
                cost.Batches.Elapsed.Median / first.Batches.Elapsed.Median,
                cost.Batches.Processor.Median,
                cost.Batches.Processor.Median / first.Batches.Processor.Median,
                cost.Singles.Elapsed.Median,
                cost.Singles.Elapsed.Median / first.Singles.Elapsed.Median,
                cost.Singles.Processor.Median,
                cost.Singles.Processor.Median / first.Singles.Processor.Median);
        }

        table.Print();
    }

    private sealed class Costs
    {
        public Cost Batches { get; } = new();

        public Cost Singles { get; } = new();
    }

    /// <summary>Microseconds an event: on the clock, and of this process's processor time.</summary>
    private sealed class Cost
    {
        public Samples Elapsed { get; } = new();

        public Samples Processor { get; } = new();

        public async Task MeasureAsync(int events, Func<Task> work)
        {
            var processor = Environment.CpuUsage.TotalTime;
            var start = Stopwatch.GetTimestamp();
            await work();
            Elapsed.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds / events);
            Processor.Add((Environment.CpuUsage.TotalTime - processor).TotalMicroseconds / events);
        }
    }
}
