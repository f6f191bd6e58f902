using System.Diagnostics;
using CdpPipeline.Domain.Retention;

namespace CdpPipeline.Bench;

/// <summary>
/// Looks at many people for events that were kept long enough: nothing goes, half of the events go, and again when they have gone. Then the same for one
/// person with very many events. The sweep rests as long as it works, which is in the seconds.
/// </summary>
internal static class RetentionCost
{
    private const int EventsEach = 10;
    private const int EventsOfOne = 100_000;
    private const string Going = "bench";

    public static async Task RunAsync(BenchArguments arguments)
    {
        await using var host = await BenchHost.StartAsync(arguments);
        await host.PopulateAsync(0, arguments.People, EventsEach);
        host.Events.Source = "kept";
        await host.PopulateAsync(0, arguments.People, EventsEach);
        host.LetGoOfPeople();
        await host.SettleAsync();
        var table = new Table($"{arguments.People:#,0} people of {2 * EventsEach} events", "seconds", "people/s", "events removed", "events/s");
        await MeasureAsync("nothing goes", DateTimeOffset.UnixEpoch);
        await MeasureAsync("half goes", DateTimeOffset.MaxValue);
        await MeasureAsync("half has gone", DateTimeOffset.MaxValue);
        table.Print();

        host.Events.Source = Going;
        await host.BuildAsync(SampleEvents.User("one"), EventsOfOne);
        var (seconds, removed) = await SweepAsync(host, DateTimeOffset.MaxValue);
        table = new Table($"one person with {EventsOfOne:#,0} events", "seconds", "events removed", "events/s");
        table.Add("all go", seconds, removed, removed / seconds);
        table.Print();

        async Task MeasureAsync(string name, DateTimeOffset before)
        {
            var (took, gone) = await SweepAsync(host, before);
            table.Add(name, took, arguments.People / took, gone, gone / took);
        }
    }

    private static async Task<(double Seconds, long Removed)> SweepAsync(BenchHost host, DateTimeOffset before)
    {
        var watch = Stopwatch.StartNew();
        var removed = await host.Retention.SweepAsync([new SourceCutoff(Going, before)], afterKey: 0, CancellationToken.None);
        return (watch.Elapsed.TotalSeconds, removed);
    }
}
