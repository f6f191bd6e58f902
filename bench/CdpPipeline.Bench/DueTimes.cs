using System.Globalization;
using System.Text;
using CdpPipeline.Domain.Events;

namespace CdpPipeline.Bench;

/// <summary>Many people whose windows end within the same stretch of time: how long after her instant each has left the segment.</summary>
internal static class DueTimes
{
    private const int EventsEach = 10;
    private const int WindowSeconds = 60;

    public static async Task RunAsync(BenchArguments arguments)
    {
        await using var host = await BenchHost.StartAsync(arguments);
        var people = new ManyPeople(host, arguments.People, EventsEach);
        await people.FillAsync();
        var lateness = new DueLateness();
        var segment = await people.SaveAsync($$"""{"event":"Visited","within":"{{WindowSeconds}}s"}""");
        await people.UntilLiveAsync();
        var start = TimeProvider.System.GetUtcNow();
        await using (new ArrivingEvents(host, arguments.Rate))
        {
            // Their windows end evenly over a minute, beginning once all of them are in.
            await Parallel.ForEachAsync(Enumerable.Range(0, (arguments.People + 99) / 100), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (call, _) =>
            {
                var events = new List<Event>();
                for (var i = call * 100; i < Math.Min(arguments.People, (call + 1) * 100); i++)
                {
                    var at = start.AddSeconds(60.0 * i / arguments.People);
                    events.Add(host.Events.For(BenchHost.Person(i)) with { Name = "Visited", Timestamp = Instants.FromMicros(at.ToMicros()), Properties = Encoding.UTF8.GetBytes("{}") });
                }

                await host.Ingest.IngestAsync(events, CancellationToken.None);
            });
            while (TimeProvider.System.GetUtcNow() < start.AddSeconds(WindowSeconds + 65)) await Task.Delay(100);
        }

        while ((await host.Grains.Segment(segment).CountAsync(CancellationToken.None)).MemberCount > 0) await Task.Delay(100);
        var table = new Table(string.Create(CultureInfo.InvariantCulture, $"seconds late, {lateness.Count:#,0} wakes"), "median", "p99", "worst");
        table.Add("windows that end within a minute", lateness.At(0.5), lateness.At(0.99), lateness.At(1));
        table.Print();
        lateness.Dispose();
    }
}
