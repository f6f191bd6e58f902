using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Tests.Segments;

public sealed class AggregateTests
{
    [Theory]
    [InlineData("sum", "gte", "60.1", true)]
    [InlineData("sum", "gt", "60.1", false)]
    [InlineData("avg", "eq", "15.025", true)]
    [InlineData("avg", "lt", "15.025000001", true)]
    [InlineData("min", "eq", "-0.4", true)]
    [InlineData("min", "lt", "-0.4", false)]
    [InlineData("min", "lte", "-0.4", true)]
    [InlineData("max", "neq", "50", false)]
    [InlineData("max", "gt", "49.999999999", true)]
    [InlineData("max", "lt", "50", false)]
    [InlineData("distinct", "eq", "8", true)]
    public void An_aggregate_compares_the_values_of_the_events_that_count(string function, string @operator, string value, bool expected)
    {
        string[] values = ["10", "0.5", "50", "-0.4", "\"10\"", "\"a\"", "true", "null", "[1]", "{}", "1e30"];
        var person = Preview.WithEvents([
            .. values.Select(each => ("A", TimeSpan.FromHours(1), $$"""{"v":{{each}}}""")),
            ("A", TimeSpan.FromHours(2), """{"v":"a"}"""),
            ("A", TimeSpan.FromDays(8), """{"v":1000}""")]);

        Assert.Equal(expected, Preview.Matches(Asking(function, @operator, value), person));
    }

    [Fact]
    public void Different_values_are_told_apart_by_kind_and_numbers_by_value()
    {
        string[] values = ["1", "1.0", "1e0", "\"1\"", "true", "\"true\"", "false", "0", "-0.0"];
        var person = Preview.WithEvents(values.Select(each => ("A", TimeSpan.FromHours(1), $$"""{"v":{{each}}}""")));

        Assert.True(Preview.Matches(Asking("distinct", "eq", "6"), person));
    }

    [Theory]
    [InlineData("sum", "eq", true)]
    [InlineData("distinct", "eq", true)]
    [InlineData("sum", "lt", false)]
    [InlineData("avg", "neq", false)]
    [InlineData("avg", "eq", false)]
    [InlineData("min", "lte", false)]
    [InlineData("min", "neq", false)]
    [InlineData("max", "neq", false)]
    [InlineData("max", "gte", false)]
    public void Over_no_values_sum_and_distinct_are_zero_and_the_others_satisfy_nothing(string function, string @operator, bool expected)
    {
        var person = Preview.WithEvents(("A", TimeSpan.FromHours(1), """{"v":null}"""), ("B", TimeSpan.FromHours(1), """{"v":0}"""));

        Assert.Equal(expected, Preview.Matches(Asking(function, @operator, "0"), person));
        Assert.Equal(!expected, Preview.Matches($$"""{"not":{{Asking(function, @operator, "0")}}}""", person));
    }

    [Theory]
    [InlineData("0.0000000005", "0")]
    [InlineData("0.0000000015", "0.000000002")]
    [InlineData("0.00000000250000000001", "0.000000003")]
    [InlineData("-0.0000000025", "-0.000000002")]
    [InlineData("1e-40", "0")]
    [InlineData("1000000000000000000", "1000000000000000000")]
    [InlineData("-999999999999999999.9999999999", "-1000000000000000000")]
    public void A_number_takes_part_rounded_to_nine_places_the_middle_to_even(string value, string rounded)
    {
        var person = Preview.WithEvents(("A", TimeSpan.FromHours(1), $$"""{"v":{{value}}}"""));

        foreach (var function in (string[])["sum", "avg", "min", "max"])
        {
            Assert.True(Preview.Matches(Asking(function, "eq", rounded), person), function);
            Assert.False(Preview.Matches(Asking(function, "neq", rounded), person), function);
        }
    }

    [Theory]
    [InlineData("1000000000000000000.1")]
    [InlineData("-1e19")]
    [InlineData("1e400")]
    public void A_number_that_is_too_large_takes_no_part(string value)
    {
        var person = Preview.WithEvents(("A", TimeSpan.FromHours(1), $$"""{"v":{{value}}}"""));

        Assert.True(Preview.Matches(Asking("sum", "eq", "0"), person));
        foreach (var function in (string[])["avg", "min", "max"]) Assert.False(Preview.Matches(Asking(function, "neq", "5"), person), function);
        Assert.True(Preview.Matches(Asking("distinct", "eq", "1"), person));
    }

    [Fact]
    public void Sums_of_large_and_tiny_numbers_lose_nothing_in_any_order()
    {
        string[] values = ["1000000000000000000", "0.000000001", "-1000000000000000000", "1000000000000000000", "-999999999999999999.999999999"];
        var random = new Random(1);
        for (var i = 0; i < 20; i++)
        {
            random.Shuffle(values);
            Assert.True(Preview.Matches(Asking("sum", "eq", "0.000000002"), Preview.WithEvents(values.Select(value => ("A", TimeSpan.FromHours(1), $$"""{"v":{{value}}}""")))));
        }
    }

    [Fact]
    public void Values_are_those_of_the_window_and_of_events_that_satisfy_the_conditions()
    {
        const string filter = """{"event":"A","where":[{"property":"ok","operator":"is_true"}],"between":{"from":"2d","to":"1d"},"aggregate":{"fn":"sum","property":"deep.v","operator":"eq","value":6}}""";
        var person = Preview.WithEvents(
            ("A", TimeSpan.FromDays(1), """{"ok":true,"deep":{"v":2}}"""),
            ("A", TimeSpan.FromDays(2), """{"ok":true,"deep":{"v":4}}"""),
            ("A", TimeSpan.FromDays(1), """{"ok":false,"deep":{"v":8}}"""),
            ("A", TimeSpan.FromDays(1) - TimeSpan.FromMicroseconds(1), """{"ok":true,"deep":{"v":16}}"""),
            ("A", TimeSpan.FromDays(2) + TimeSpan.FromMicroseconds(1), """{"ok":true,"deep":{"v":32}}"""));

        Assert.True(Preview.Matches(filter, person));
        Assert.False(Preview.Matches(filter, person, Preview.Now.AddMicroseconds(1)));
        Assert.False(Preview.Matches(filter, person, Preview.Now.AddMicroseconds(-1)));
    }

    [Fact]
    public void What_is_kept_never_exceeds_the_limit_and_says_from_when_on_it_is_complete()
    {
        var preview = SegmentCatalog.Empty.ForPreview(Preview.Tree("""{"event":"A","within":"30d","aggregate":{"fn":"sum","property":"v","operator":"gte","value":5000}}"""));
        var windows = WindowSet.Empty(preview.Catalog.HighestCondition);
        var person = new SimulatedPerson { Components = { new SimulatedComponent(1) } };
        for (var i = 0; i < 5_000; i++)
            windows = preview.Catalog.Observe(windows, person.Components[0].Add(SimulatedPerson.Call("A", Preview.Now.AddSeconds(i), Preview.Now.AddSeconds(i), """{"v":1}""")));
        var now = Preview.Now.AddSeconds(5_000);

        Assert.Equal(SegmentLimits.ItemsMax, ((AmountList)windows.Find(1).List!).Items.Length);
        Assert.Equal([1], preview.Undecided(person, windows, now));
        Assert.Throws<InvalidOperationException>(() => preview.Segment.Matches(person, windows, now));
        var replay = preview.Catalog.Replay([1], now);
        foreach (var entry in person.Entries) replay.Add(entry);
        Assert.True(preview.Segment.Matches(person, replay.Over(windows), now));

        // When the oldest that is kept is the oldest of the window, nothing is missing any more.
        Assert.Empty(preview.Undecided(person, windows, Preview.Now.AddSeconds(5_000 - SegmentLimits.ItemsMax).AddDays(30)));
        Assert.False(preview.Segment.Matches(person, windows, Preview.Now.AddSeconds(5_000).AddDays(30)));
    }

    private static string Asking(string function, string @operator, string value) =>
        $$"""{"event":"A","within":"7d","aggregate":{"fn":"{{function}}","property":"v","operator":"{{@operator}}","value":{{value}} } }""";
}
