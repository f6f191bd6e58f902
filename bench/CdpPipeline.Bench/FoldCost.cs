using System.Globalization;
using System.Text.Json;
using CdpPipeline.Bench.Http;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Bench;

/// <summary>
/// What it costs to take an event into a person and to judge her by the segments that it touches: the rules alone, without HTTP and store. One
/// event of eight is up to ten seconds late.
/// </summary>
internal sealed class FoldCost
{
    private const int EventsPerRound = 10_000;
    private const int Few = 10;
    private const int Many = 1_000;
    private const int TouchedByAnEvent = 100;

    private readonly SegmentCatalog catalog;
    private readonly ComponentFold fold = new(new ProfileRules());
    private readonly Random random = new(1);
    private readonly (Person Person, MembershipState State, DateTimeOffset Now)[] people;

    private FoldCost(int segments, int touched, int people, int eventsEach)
    {
        var trees = SampleSegments.Filters(segments, touched).Select((filter, i) => (new SegmentId(new Guid(i, 0, 0, new byte[8])), Read(filter))).ToList();
        var numbers = ConditionNumbers.None.For(trees.Select(each => each.Item2));
        catalog = SegmentCatalog.Compile(1, trees, numbers);
        this.people = [.. Enumerable.Range(1, people).Select(Somebody)];
        for (var i = 0; i < people * eventsEach; i++) Take(i % people);
    }

    public static void Run(BenchArguments arguments)
    {
        (int People, int Events)[] histories = [(1_000, 50), (400, 500), (40, 5_000)];
        var table = new Table("events of a person, segments", "touched by an event", "CPU µs/event", "bytes/event");
        foreach (var (people, events) in histories.Where(each => each.Events <= arguments.Events))
        {
            foreach (var (segments, touched) in new[] { (Few, Few / RequestBodies.Names.Length), (Many, TouchedByAnEvent) })
            {
                var bench = new FoldCost(segments, touched, people, events);
                var (processor, bytes) = bench.Measure(arguments.Rounds);
                table.Add(string.Create(CultureInfo.InvariantCulture, $"{events:#,0} events, {segments:#,0} segments"), touched, processor.Median, bytes.Median);
            }
        }

        table.Print();
    }

    private (Samples Processor, Samples Bytes) Measure(int rounds)
    {
        var (processor, bytes) = (new Samples(), new Samples());
        for (var round = -2; round < rounds; round++)
        {
            var before = (Time: Environment.CpuUsage.TotalTime, Bytes: GC.GetAllocatedBytesForCurrentThread());
            for (var i = 0; i < EventsPerRound; i++) Take(random.Next(people.Length));
            if (round < 0) continue;
            processor.Add((Environment.CpuUsage.TotalTime - before.Time).TotalMicroseconds / EventsPerRound);
            bytes.Add((GC.GetAllocatedBytesForCurrentThread() - before.Bytes) / (double)EventsPerRound);
        }

        return (processor, bytes);
    }

    private void Take(int number)
    {
        var (person, state, earlier) = people[number];
        var now = earlier.AddMilliseconds(random.Next(1, 2_000));
        var e = SampleEvents.At(random, random.Next(8) == 0 ? now.AddMilliseconds(-random.Next(10_000)) : now, now);
        var entry = new EventEntry(person.Own.Key, person.Own.Seq + 1, e);
        person = person.With(fold.Apply(person.Own, entry, catalog));
        people[number] = (person, catalog.Evaluate(state, person, PersonChange.Event(e.Name), now).State, now);
    }

    private (Person Person, MembershipState State, DateTimeOffset Now) Somebody(int number)
    {
        var began = DateTimeOffset.UnixEpoch.AddYears(50);
        var component = new Component(number, new IdentityId(new Guid(number, 0, 0, new byte[8])), began) { Windows = WindowSet.Empty(catalog.HighestCondition) };
        return (new Person(component), MembershipState.None, began);
    }

    private static SegmentNode Read(string filter)
    {
        using var document = JsonDocument.Parse(filter);
        return FilterReader.ReadTrusted(document.RootElement);
    }
}
