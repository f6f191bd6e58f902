using System.Text.Json;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Bench;

/// <summary>How much memory a person's windows take for one condition, by the kind of condition and by the number of events that it looks at.</summary>
internal static class KeptMemory
{
    private static readonly int[] Lengths = [1, 10, 100, 4_096, 20_000];

    private static readonly (string Name, string Filter)[] Conditions =
    [
        ("at least once", """{"event":"*","within":"365d"}"""),
        ("at least 20 times", """{"event":"*","count":{"operator":"gte","value":20},"within":"365d"}"""),
        ("once, 7 to 8 days ago", """{"event":"*","between":{"from":"8d","to":"7d"}}"""),
        ("sum in a window", """{"event":"*","aggregate":{"fn":"sum","property":"price","operator":"gte","value":100},"within":"365d"}"""),
        ("sum without a window", """{"event":"*","aggregate":{"fn":"sum","property":"price","operator":"gte","value":100}}"""),
        ("1,000 different values", """{"event":"*","aggregate":{"fn":"distinct","property":"path","operator":"gte","value":1000},"within":"365d"}"""),
        ("sequence in a window", """{"event":"*","within":"365d","then":{"event":"*","within":"1h"}}"""),
    ];

    public static void Run()
    {
        var table = new Table("bytes a person and condition, by events", [.. Lengths.Select(length => length.ToString("#,0", System.Globalization.CultureInfo.InvariantCulture))]);
        foreach (var (name, filter) in Conditions) table.Add(name, [.. Lengths.Select(length => BytesOf(filter, length))]);
        table.Print();
    }

    private static double BytesOf(string filter, int length)
    {
        using var document = JsonDocument.Parse(filter);
        SegmentNode[] trees = [FilterReader.ReadTrusted(document.RootElement)];
        var numbers = ConditionNumbers.None.For(trees);
        var catalog = SegmentCatalog.Compile(1, [(default, trees[0])], numbers);
        var people = new WindowSet[Math.Max(100, 20_000 / length)];
        Fold(catalog, people, 0);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Fold(catalog, people, length);
        var after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(people);
        return (after - before) / (double)people.Length;
    }

    // Of each person the events come in their order, a second apart.
    private static void Fold(SegmentCatalog catalog, WindowSet[] people, int length)
    {
        var random = new Random(1);
        for (var person = 0; person < people.Length; person++)
        {
            people[person] = WindowSet.Empty(catalog.HighestCondition);
            for (var i = 1; i <= length; i++)
            {
                var at = DateTimeOffset.UnixEpoch.AddYears(50).AddSeconds(i);
                people[person] = catalog.Observe(people[person], new EventEntry(person, i, SampleEvents.At(random, at, at)));
            }
        }
    }
}
