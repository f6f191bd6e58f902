using System.Diagnostics;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Bench;

/// <summary>
/// Changes the definition of a segment that everybody is in, so that few leave and so that half of them do, and measures how long it takes until
/// the new members are shown and how long a commit beside it took at most.
/// </summary>
internal static class ChangeCost
{
    private const int EventsEach = 2;

    private static readonly (string Name, string Filter)[] Changes =
    [
        ("2 % leave", """{"field":"traits.age","operator":"gte","value":21}"""),
        ("half leave", """{"field":"traits.age","operator":"gte","value":45}"""),
    ];

    public static async Task RunAsync(BenchArguments arguments)
    {
        await using var host = await BenchHost.StartAsync(arguments);
        var people = new ManyPeople(host, arguments.Identities, EventsEach);
        await people.FillAsync();
        var segment = await people.SaveAsync("""{"field":"traits.age","operator":"gte","value":0}""");
        await people.UntilLiveAsync();
        await host.SettleAsync();
        var table = new Table($"{arguments.Identities:#,0} members", "seconds", "ms of a commit: median", "p99", "longest", "longest without");
        foreach (var (name, filter) in Changes)
        {
            var quiet = await CommitsAsync(host, () => Task.Delay(TimeSpan.FromSeconds(3)));
            var seconds = 0.0;
            var beside = await CommitsAsync(host, async () =>
            {
                var watch = Stopwatch.StartNew();
                await host.Grains.Catalog.SaveAsync(new SaveSegment(segment, "bench", null, ManyPeople.Read(filter)), CancellationToken.None);
                await people.UntilLiveAsync();
                seconds = watch.Elapsed.TotalSeconds;
            });
            table.Add(name, seconds, beside.Median, beside.At(0.99), beside.At(1), quiet.At(1));
        }

        table.Print();
    }

    /// <summary>The milliseconds of one commit after the other, of people who are in the segment or not, while the work is done.</summary>
    private static async Task<Samples> CommitsAsync(BenchHost host, Func<Task> work)
    {
        var samples = new Samples();
        var working = Task.Run(work);
        for (var i = 0; !working.IsCompleted; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await host.AppendAsync(host.Events.Batch(BenchHost.Person(i % 1_000), 1));
            samples.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        await working;
        return samples;
    }
}
