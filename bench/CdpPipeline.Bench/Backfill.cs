using System.Diagnostics;

namespace CdpPipeline.Bench;

/// <summary>Saves five definitions over many people at once and waits until they are live, with nothing else going on and with events arriving.</summary>
internal static class Backfill
{
    private const int EventsEach = 10;

    public static async Task RunAsync(BenchArguments arguments)
    {
        var table = new Table($"{arguments.Identities:#,0} people of {EventsEach} events", "seconds", "people/s", "events/s beside", "CPU seconds of the process");
        foreach (var load in new[] { 0, arguments.Rate })
        {
            await using var host = await BenchHost.StartAsync(arguments);
            var people = new ManyPeople(host, arguments.Identities, EventsEach);
            await people.FillAsync();
            await using var arriving = new ArrivingEvents(host, load);
            var before = Environment.CpuUsage.TotalTime;
            var watch = Stopwatch.StartNew();
            foreach (var filter in ManyPeople.Filters) await people.SaveAsync(filter);
            await people.UntilLiveAsync();
            var seconds = watch.Elapsed.TotalSeconds;
            table.Add(load == 0 ? "alone" : "while events arrive", seconds, arguments.Identities / seconds, arriving.Stored / seconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }

        table.Print();
    }
}
