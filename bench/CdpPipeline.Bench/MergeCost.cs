using System.Diagnostics;
using System.Globalization;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Grains.Interfaces.Identities;

namespace CdpPipeline.Bench;

/// <summary>
/// Merges someone with few events and someone with very many into another person and undoes it, in turn, and reads the profile after
/// each. The other person has events enough to fill a profile's timeline, so that both profiles are equally large.
/// </summary>
internal sealed class MergeCost(BenchHost host, IdentityId survivor)
{
    private const int EventsFew = 10;
    private const int SurvivorEvents = 1_000;
    private const int WarmUpRounds = 5;

    private static readonly MergeCause Cause = new(MergeReason.Request, [], MessageId: null);

    public static async Task RunAsync(BenchArguments arguments)
    {
        await using var host = await BenchHost.StartAsync(arguments);
        var watch = Stopwatch.StartNew();
        var survivor = await host.BuildAsync(SampleEvents.User("survivor"), SurvivorEvents);
        var few = await host.BuildAsync(SampleEvents.Anonymous("few"), EventsFew);
        var many = await host.BuildAsync(SampleEvents.Anonymous("many"), arguments.Events);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"built in {watch.Elapsed.TotalSeconds:0} s ({arguments.Events / watch.Elapsed.TotalSeconds:#,0} events/s into one identity)"));
        var bench = new MergeCost(host, survivor);
        var small = new Rounds();
        var large = new Rounds();
        for (var i = 0; i < WarmUpRounds; i++)
        {
            await bench.RoundAsync(few, new Rounds());
            await bench.RoundAsync(many, new Rounds());
        }

        for (var i = 0; i < arguments.Rounds * 3; i++)
        {
            await bench.RoundAsync(few, small);
            await bench.RoundAsync(many, large);
        }

        var table = new Table("milliseconds, median", $"{EventsFew} events", $"{arguments.Events.ToString("#,0", CultureInfo.InvariantCulture)} events", "ratio");
        Row("merge", small.Merge, large.Merge);
        Row("profile after the merge", small.ProfileMerged, large.ProfileMerged);
        Row("undo", small.Undo, large.Undo);
        Row("profile after the undo", small.ProfileUndone, large.ProfileUndone);
        Row("profile of the freed", small.ProfileFreed, large.ProfileFreed);
        table.Print();

        void Row(string name, Samples of10, Samples ofMany) => table.Add(name, of10.Median, ofMany.Median, ofMany.Median / of10.Median);
    }

    private async Task RoundAsync(IdentityId loser, Rounds rounds)
    {
        rounds.Merge.Add(await TimeAsync(async () =>
        {
            var answer = await host.Grains.ExplicitMerges.MergeAsync(survivor, loser, Cause, CancellationToken.None);
            if (answer.Refusal is not null || answer.Survivor != survivor) throw new InvalidOperationException($"Not merged: {answer}.");
        }));
        rounds.ProfileMerged.Add(await TimeAsync(() => ReadAsync(survivor)));
        rounds.Undo.Add(await TimeAsync(async () =>
        {
            var answer = await host.Grains.Identity(survivor).ReleaseAsync(loser, CancellationToken.None);
            if (answer.Verdict != MergeVerdict.Done) throw new InvalidOperationException($"Not undone: {answer}.");
            await host.Grains.Identity(loser).RefreshAsync(CancellationToken.None);
        }));
        rounds.ProfileUndone.Add(await TimeAsync(() => ReadAsync(survivor)));
        rounds.ProfileFreed.Add(await TimeAsync(() => ReadAsync(loser)));
    }

    private async Task ReadAsync(IdentityId person)
    {
        if ((await host.Grains.Identity(person).ProfileAsync(CancellationToken.None)).Profile is null) throw new InvalidOperationException("There is no profile.");
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private sealed class Rounds
    {
        public Samples Merge { get; } = new();

        public Samples ProfileMerged { get; } = new();

        public Samples Undo { get; } = new();

        public Samples ProfileUndone { get; } = new();

        public Samples ProfileFreed { get; } = new();
    }
}
