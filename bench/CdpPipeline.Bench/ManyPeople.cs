using System.Globalization;
using System.Text;
using System.Text.Json;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Bench;

/// <summary>A store full of people for commands that look at all of them: each with traits and some events over the last month.</summary>
internal sealed class ManyPeople(BenchHost host, int people, int eventsEach)
{
    private const int PerCall = 100;

    /// <summary>Definitions of mixed kinds: a trait, a count in a window, a did-not, a count with a property, and some of these together.</summary>
    public static readonly IReadOnlyList<string> Filters =
    [
        """{"field":"traits.plan","operator":"eq","value":"pro"}""",
        """{"event":"Order Completed","within":"7d"}""",
        """{"event":"Signed Up","count":{"operator":"lte","value":0},"within":"14d"}""",
        """{"event":"Product Added","where":[{"property":"price","operator":"gte","value":250}],"count":{"operator":"gte","value":2}}""",
        """{"and":[{"field":"traits.plan","operator":"neq","value":"pro"},{"event":"Searched","within":"3d"},{"not":{"event":"Order Completed","where":[{"property":"quantity","operator":"gt","value":5}],"within":"30d"}}]}""",
    ];

    public async Task FillAsync()
    {
        var starts = Enumerable.Range(0, (people + PerCall - 1) / PerCall).Select(call => call * PerCall);
        await Parallel.ForEachAsync(starts, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (start, _) =>
        {
            var events = new List<Event>();
            for (var i = start; i < Math.Min(people, start + PerCall); i++) events.AddRange(EventsOf(i));
            await host.Ingest.IngestAsync(events, CancellationToken.None);
        });
        await host.SettleAsync();
    }

    public async Task<SegmentId> SaveAsync(string filter) =>
        (await host.Grains.Catalog.SaveAsync(new SaveSegment(null, "bench", null, Read(filter)), CancellationToken.None)).Saved!.Id;

    public async Task UntilLiveAsync()
    {
        while ((await host.Grains.Catalog.ListAsync(CancellationToken.None)).Any(segment => !segment.IsLive)) await Task.Delay(20);
    }

    public static SegmentNode Read(string filter)
    {
        using var json = JsonDocument.Parse(filter);
        return FilterReader.ReadTrusted(json.RootElement);
    }

    private IEnumerable<Event> EventsOf(int person)
    {
        var who = BenchHost.Person(person);
        var now = DateTimeOffset.UnixEpoch.AddMicroseconds(TimeProvider.System.GetUtcNow().ToMicros());
        yield return host.Events.For(who) with
        {
            Type = EventType.Identify,
            Name = null,
            Timestamp = now.AddDays(-30),
            Properties = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"plan":"{{(person % 5 == 0 ? "pro" : "free")}}","age":{{20 + (person % 50)}}}""")),
        };
        for (var i = 1; i < eventsEach; i++) yield return host.Events.For(who) with { Timestamp = now.AddHours((i * 70) + (person % 70) - 700) };
    }
}
