using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Tests.Segments;

public sealed class EventConditionTests
{
    [Theory]
    [InlineData("""{"event":"A"}""", true)]
    [InlineData("""{"event":"a"}""", false)]
    [InlineData("""{"event":"*","count":{"value":4}}""", true)]
    [InlineData("""{"event":"*","count":{"operator":"gt","value":4}}""", false)]
    [InlineData("""{"event":"A","within":"1d"}""", true)]
    [InlineData("""{"event":"A","within":"1d","count":{"operator":"eq","value":2}}""", true)]
    [InlineData("""{"event":"A","within":"86399s","count":{"operator":"eq","value":1}}""", true)]
    [InlineData("""{"event":"A","count":{"operator":"neq","value":3}}""", false)]
    [InlineData("""{"event":"A","count":{"operator":"lt","value":4}}""", true)]
    [InlineData("""{"event":"A","count":{"operator":"lte","value":2}}""", false)]
    [InlineData("""{"event":"C","count":{"operator":"lte","value":0}}""", true)]
    [InlineData("""{"event":"C","count":{"operator":"gte","value":0}}""", true)]
    [InlineData("""{"event":"C","count":{"operator":"lt","value":0}}""", false)]
    [InlineData("""{"event":"A","where":[{"property":"total","operator":"gte","value":50}],"count":{"operator":"gte","value":2},"within":"30d"}""", true)]
    [InlineData("""{"event":"A","where":[{"property":"total","operator":"gte","value":50},{"property":"deep.sku","operator":"eq","value":"x"}],"count":{"operator":"eq","value":1}}""", true)]
    [InlineData("""{"and":[]}""", true)]
    [InlineData("""{"or":[]}""", false)]
    [InlineData("""{"and":[{"event":"A"},{"not":{"event":"C"}}]}""", true)]
    [InlineData("""{"or":[{"event":"C"},{"and":[{"event":"B"},{"event":"C"}]}]}""", false)]
    public void An_event_condition_counts_the_events_that_match(string filter, bool expected)
    {
        var person = Preview.WithEvents(
            ("A", TimeSpan.FromDays(1), """{"total":50,"deep":{"sku":"x"}}"""),
            ("A", TimeSpan.FromHours(1), """{"total":60}"""),
            ("A", TimeSpan.FromDays(9), """{"total":10,"deep":{"sku":"x"}}"""),
            ("B", TimeSpan.FromMinutes(-5), "{}"),
            ("B", TimeSpan.FromMinutes(5), "{}"));
        person.Components[0].Add(SimulatedPerson.Call(null, Preview.Now, Preview.Now));

        Assert.Equal(expected, Preview.Matches(filter, person));
    }

    [Fact]
    public void Both_ends_of_a_window_are_in()
    {
        const string filter = """{"event":"A","within":"30m"}""";
        var person = Preview.WithEvents(("A", TimeSpan.Zero, "{}"));

        Assert.False(Preview.Matches(filter, person, Preview.Now.AddMicroseconds(-1)));
        Assert.True(Preview.Matches(filter, person, Preview.Now));
        Assert.True(Preview.Matches(filter, person, Preview.Now.AddMinutes(30)));
        Assert.False(Preview.Matches(filter, person, Preview.Now.AddMinutes(30).AddMicroseconds(1)));
    }

    [Theory]
    [InlineData("7d", 3)]
    [InlineData("1h", 3)]
    [InlineData("1h", 40)]
    [InlineData("1m", 2)]
    public void Thousands_of_events_ahead_of_the_clock_take_bounded_memory_and_stay_exact(string window, int number)
    {
        var tree = Preview.Tree($$"""{"event":"A","within":"{{window}}","count":{"operator":"eq","value":{{number}} } }""");
        var preview = SegmentCatalog.Empty.ForPreview(tree);
        var (catalog, segment) = (preview.Catalog, preview.Segment);
        var random = new Random(number);
        var windows = WindowSet.Empty(catalog.HighestCondition);
        var person = new SimulatedPerson { Components = { new SimulatedComponent(1) } };
        for (var i = 0; i < 3_000; i++)
        {
            var arrival = Preview.Now.AddSeconds(i / 10);
            var e = SimulatedPerson.Call("A", arrival.AddSeconds(random.Next(-3_600, 14 * 3_600)), arrival);
            windows = catalog.Observe(windows, e);
            person.Components[0].Add(e);
        }

        var stretches = (15 * 3_600_000_000L / NaiveEvaluator.Duration(window)) + 2;
        Assert.InRange(windows.Times(1).Length, 1, (int)Math.Min(3_000, 300 + (stretches * 2 * (number + 1))));
        var naive = NaiveEvaluator.Of(FilterWriter.ToElement(tree), _ => null);
        for (var i = 0; i < 2_000; i++)
        {
            var now = Preview.Now.AddSeconds(300 + random.Next(16 * 3_600));
            Assert.True(naive(person, now.ToMicros()) == segment.Matches(person, windows, now), $"at {now - Preview.Now}");
        }
    }

    [Fact]
    public void A_state_never_keeps_more_timestamps_than_can_decide()
    {
        foreach (var (filter, most) in new[]
        {
            ("""{"event":"A","within":"7d"}""", 1),
            ("""{"event":"A","within":"7d","count":{"operator":"lte","value":3}}""", 4),
            ("""{"event":"A","count":{"operator":"eq","value":3}}""", 4),
            ("""{"event":"A","count":{"operator":"gte","value":0}}""", 0),
        })
        {
            var catalog = SegmentCatalog.Empty.ForPreview(Preview.Tree(filter)).Catalog;
            var windows = Enumerable.Range(0, 500)
                .Select(i => SimulatedPerson.Call("A", Preview.Now.AddSeconds(i % 7 * i), Preview.Now.AddHours(2)))
                .Aggregate(WindowSet.Empty(catalog.HighestCondition), (known, e) => catalog.Observe(known, e));

            Assert.Equal(most, windows.Times(1).Length);
        }
    }
}
