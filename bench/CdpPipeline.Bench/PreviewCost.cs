using System.Diagnostics;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Bench;

/// <summary>Previews unsaved definitions over people in memory, and over the same people out of memory.</summary>
internal static class PreviewCost
{
    private const int EventsEach = 10;

    public static async Task RunAsync(BenchArguments arguments)
    {
        await using var host = await BenchHost.StartAsync(arguments);
        var people = new ManyPeople(host, arguments.People, EventsEach);
        await people.FillAsync();
        var inMemory = await MeasureAsync(host, arguments.Rounds);
        host.LetGoOfPeople();
        var outOfMemory = await MeasureAsync(host, arguments.Rounds);
        var table = new Table($"milliseconds, median, {arguments.People:#,0} people of {EventsEach} events", "in memory", "out of memory", "who match");
        foreach (var (filter, (time, count)) in inMemory)
        {
            if (outOfMemory[filter].Count != count) throw new InvalidOperationException($"In memory match {count} people, out of memory {outOfMemory[filter].Count}.");
            table.Add(SegmentSentence.Of(ManyPeople.Read(filter), _ => null), time, outOfMemory[filter].Time, count);
        }

        table.Print();
    }

    private static async Task<Dictionary<string, (double Time, long Count)>> MeasureAsync(BenchHost host, int rounds)
    {
        var measured = new Dictionary<string, (double, long)>();
        foreach (var filter in ManyPeople.Filters)
        {
            var times = new Samples();
            long count = 0;
            for (var round = 0; round < rounds; round++)
            {
                var start = Stopwatch.GetTimestamp();
                count = (await host.Preview.MatchAsync(ManyPeople.Read(filter), beside: null, CancellationToken.None)).All.Count;
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            measured.Add(filter, (times.Median, count));
        }

        return measured;
    }
}
