using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Tests.Segments;

public sealed class EventReaderTests
{
    private const string Sum = """{"fn":"sum","property":"total","operator":"gte","value":500}""";

    [Theory]
    [InlineData("""{"event":"A","between":"30d"}""", "filter.between")]
    [InlineData("""{"event":"A","between":{"from":"30d"}}""", "filter.between.to")]
    [InlineData("""{"event":"A","between":{"to":"7d"}}""", "filter.between.from")]
    [InlineData("""{"event":"A","between":{"from":"30d","to":"-7d"}}""", "filter.between.to")]
    [InlineData("""{"event":"A","between":{"from":"30d","to":7}}""", "filter.between.to")]
    [InlineData("""{"event":"A","between":{"from":"3651d","to":"7d"}}""", "filter.between.from")]
    [InlineData("""{"event":"A","between":{"from":"30d","to":"7d","at":"1d"}}""", "filter.between.at")]
    [InlineData("""{"and":[{"event":"A","between":{"from":"6d","to":"1w"}}]}""", "filter.and[0].between")]
    [InlineData("""{"event":"A","within":"30d","between":{"from":"30d","to":"7d"}}""", "filter.between")]
    [InlineData("""{"event":"A","aggregate":500}""", "filter.aggregate")]
    [InlineData("""{"event":"A","aggregate":{"property":"a","operator":"eq","value":1}}""", "filter.aggregate.fn")]
    [InlineData("""{"event":"A","aggregate":{"fn":"median","property":"a","operator":"eq","value":1}}""", "filter.aggregate.fn")]
    [InlineData("""{"event":"A","aggregate":{"fn":"sum","operator":"eq","value":1}}""", "filter.aggregate.property")]
    [InlineData("""{"event":"A","aggregate":{"fn":"sum","property":"a..b","operator":"eq","value":1}}""", "filter.aggregate.property")]
    [InlineData("""{"event":"A","aggregate":{"fn":"sum","property":"a","value":1}}""", "filter.aggregate.operator")]
    [InlineData("""{"event":"A","aggregate":{"fn":"sum","property":"a","operator":"in","value":1}}""", "filter.aggregate.operator")]
    [InlineData("""{"event":"A","aggregate":{"fn":"sum","property":"a","operator":"eq"}}""", "filter.aggregate.value")]
    [InlineData("""{"event":"A","aggregate":{"fn":"sum","property":"a","operator":"eq","value":"1"}}""", "filter.aggregate.value")]
    [InlineData("""{"event":"A","aggregate":{"fn":"sum","property":"a","operator":"eq","value":1,"unit":"EUR"}}""", "filter.aggregate.unit")]
    [InlineData("""{"event":"A","count":{"value":2},"aggregate":{"fn":"sum","property":"a","operator":"eq","value":1}}""", "filter.count")]
    [InlineData("""{"event":"A","aggregate":{"fn":"sum","property":"a","operator":"eq","value":1},"then":{"event":"B"}}""", "filter.then")]
    [InlineData("""{"event":"A","then":"B"}""", "filter.then")]
    [InlineData("""{"event":"A","then":{}}""", "filter.then.event")]
    [InlineData("""{"event":"A","then":{"event":"B","within":"0d"}}""", "filter.then.within")]
    [InlineData("""{"event":"A","then":{"event":"B","count":{"value":2}}}""", "filter.then.count")]
    [InlineData("""{"event":"A","then":{"event":"B","between":{"from":"2d","to":"1d"}}}""", "filter.then.between")]
    [InlineData("""{"event":"A","then":{"event":"B","aggregate":{}}}""", "filter.then.aggregate")]
    [InlineData("""{"event":"A","then":{"event":"B","then":{"event":"C","where":[{"property":"a","operator":"like"}]}}}""", "filter.then.then.where[0].operator")]
    [InlineData("""{"event":"A","then":{"event":"B","then":{"event":"C","then":[]}}}""", "filter.then.then.then")]
    [InlineData("""{"event":"A","where":"total >= 50"}""", "filter.where")]
    public void An_error_names_the_path(string filter, string path)
    {
        Assert.Null(FilterReader.Read(SimulatedPerson.Json(filter), out var error));

        Assert.Equal(path, error?.Path);
        Assert.NotEmpty(error!.Message);
    }

    [Theory]
    [InlineData("""{"event":"A","between":{"from":"6d","to":"7d"}}""", "expected from to be at least to")]
    [InlineData("""{"event":"A","within":"1d","between":{"from":"2d","to":"1d"}}""", "within and between exclude each other")]
    [InlineData($$"""{"event":"A","count":{"value":1},"aggregate":{{Sum}}}""", "aggregate and count exclude each other")]
    [InlineData($$"""{"event":"A","then":{"event":"B"},"aggregate":{{Sum}}}""", "aggregate and then exclude each other")]
    [InlineData("""{"event":"A","where":"a = 1"}""", "expected a list of property conditions; only a whole definition may be a text")]
    public void What_does_not_go_together_is_said(string filter, string message)
    {
        Assert.Null(FilterReader.Read(SimulatedPerson.Json(filter), out var error));

        Assert.Equal(message, error?.Message);
    }

    [Theory]
    [InlineData("sum", "500.00", "500")]
    [InlineData("sum", "5E+2", "500")]
    [InlineData("avg", "-0.0", "0")]
    [InlineData("avg", "0e999999999999", "0")]
    [InlineData("min", "1.123456789000", "1.123456789")]
    [InlineData("min", "1000000000e-18", "0.000000001")]
    [InlineData("max", "1e18", "1000000000000000000")]
    [InlineData("max", "-999999999999999999.999999999", "-999999999999999999.999999999")]
    [InlineData("distinct", "1000.0", "1000")]
    public void A_number_that_is_compared_with_is_kept_exactly_and_has_one_spelling(string function, string value, string canonical)
    {
        var tree = Preview.Tree(Aggregate(function, value));

        Assert.Equal(Aggregate(function, canonical), FilterWriter.Text(tree));
        Assert.Equal(Preview.Tree(Aggregate(function, canonical)), tree);
    }

    [Theory]
    [InlineData("sum", "0.0000000001")]
    [InlineData("sum", "1e-30")]
    [InlineData("sum", "1.0000000000000000000000000000000000001")]
    [InlineData("sum", "1000000000000000000.000000001")]
    [InlineData("sum", "-1000000000000000001")]
    [InlineData("sum", "1e300")]
    [InlineData("sum", "1e99999999999999")]
    [InlineData("distinct", "-1")]
    [InlineData("distinct", "1.5")]
    [InlineData("distinct", "1001")]
    public void A_number_out_of_bounds_is_refused_and_never_rounded(string function, string value)
    {
        Assert.Null(FilterReader.Read(SimulatedPerson.Json(Aggregate(function, value)), out var error));

        Assert.Equal("filter.aggregate.value", error?.Path);
    }

    [Fact]
    public void A_tree_made_with_trailing_zeros_is_written_like_its_equal()
    {
        var aggregate = new EventAggregate(AggregateFunction.Sum, PropertyPath.Parse("total")!, CountOperator.GreaterOrEqual, 500.00m);
        var tree = new EventCondition("A") { Aggregate = aggregate };

        Assert.Equal(tree with { Aggregate = aggregate with { Value = 500m } }, tree);
        Assert.Equal(Aggregate("sum", "500").Replace("\"eq\"", "\"gte\"", StringComparison.Ordinal).Replace("\"a\"", "\"total\"", StringComparison.Ordinal), FilterWriter.Text(tree));
    }

    [Theory]
    [InlineData("""{"between":{"to":"1w","from":"720h"},"event":"A"}""", """{"event":"A","between":{"from":"30d","to":"7d"}}""")]
    [InlineData("""{"event":"A","between":{"from":"7d","to":"7d"}}""", """{"event":"A","between":{"from":"7d","to":"7d"}}""")]
    [InlineData("""{"event":"A","between":{"from":"90s","to":"0s"}}""", """{"event":"A","between":{"from":"90s","to":"0d"}}""")]
    [InlineData($$"""{"event":"A","count":null,"within":"4w","aggregate":{{Sum}}}""", $$"""{"event":"A","aggregate":{{Sum}},"within":"28d"}""")]
    [InlineData(
        """{"then":{"then":{"event":"C","then":null},"where":[{"property":"a","operator":"exists"}],"within":"60m","event":"B"},"within":"7d","count":{"value":2},"event":"A"}""",
        """{"event":"A","count":{"operator":"gte","value":2},"within":"7d","then":{"event":"B","where":[{"property":"a","operator":"exists"}],"within":"1h","then":{"event":"C"}}}""")]
    [InlineData("""{"event":"A","between":{"from":"2d","to":"1d"},"then":{"event":"*"}}""", """{"event":"A","between":{"from":"2d","to":"1d"},"then":{"event":"*"}}""")]
    public void A_tree_has_one_spelling_and_reads_back_as_itself(string filter, string canonical)
    {
        var tree = Preview.Tree(filter);

        Assert.Equal(canonical, FilterWriter.Text(tree));
        Assert.Equal(tree, Preview.Tree(canonical));
        Assert.Equal(tree.GetHashCode(), Preview.Tree(canonical).GetHashCode());
        Assert.Equal(tree, FilterReader.ReadTrusted(FilterWriter.ToElement(tree)));
    }

    [Fact]
    public void A_sequence_is_as_long_as_allowed_and_no_longer()
    {
        Assert.Null(ErrorOf(Sequence(SegmentLimits.SequenceStepsMax)));
        Assert.Equal("filter" + string.Concat(Enumerable.Repeat(".then", SegmentLimits.SequenceStepsMax)), ErrorOf(Sequence(SegmentLimits.SequenceStepsMax + 1))?.Path);

        static string Sequence(int events) =>
            string.Join(",\"then\":", Enumerable.Repeat("{\"event\":\"A\"", events)) + new string('}', events);
    }

    [Fact]
    public void Steps_and_their_conditions_count_as_nodes()
    {
        // The list, and per item: the condition, two steps, one property condition.
        const string Item = """{"event":"A","then":{"event":"B","where":[{"property":"a","operator":"exists"}],"then":{"event":"C"}}}""";
        const int ItemsMax = (SegmentLimits.NodesMax - 1) / 4;

        Assert.Null(ErrorOf(Wide(ItemsMax)));
        Assert.Equal("filter.or[124].then.then", ErrorOf(Wide(ItemsMax + 1))?.Path);

        static string Wide(int items) => $$"""{"or":[{{string.Join(',', Enumerable.Repeat(Item, items))}}]}""";
    }

    [Fact]
    public void The_deepest_filter_with_the_longest_sequence_fits_the_nesting_that_readers_allow()
    {
        var steps = SegmentLimits.SequenceStepsMax - 1;
        var deepest = string.Concat(Enumerable.Repeat("{\"and\":[", SegmentLimits.DepthMax - 1))
            + string.Concat(Enumerable.Repeat("{\"event\":\"A\",\"then\":", steps)) + """{"event":"A","where":[{"property":"a","operator":"in","value":[1]}]}""" + new string('}', steps)
            + string.Concat(Enumerable.Repeat("]}", SegmentLimits.DepthMax - 1));

        Assert.Null(ErrorOf(deepest));
    }

    [Theory]
    [InlineData("""{"event":"A","between":{"from":"7d","to":"0d"}}""")]
    [InlineData($$"""{"event":"A","within":"7d","aggregate":{{Sum}}}""")]
    [InlineData("""{"event":"A","within":"7d","then":{"event":"B"}}""")]
    public void What_the_three_kinds_cannot_say_has_no_definition(string filter) => Assert.False(DefinitionWriter.CanWrite(Preview.Tree(filter)));

    private static string Aggregate(string function, string value) =>
        $$$"""{"event":"A","aggregate":{"fn":"{{{function}}}","property":"a","operator":"eq","value":{{{value}}}}}""";

    private static SegmentError? ErrorOf(string filter)
    {
        using var document = System.Text.Json.JsonDocument.Parse(filter, new System.Text.Json.JsonDocumentOptions { MaxDepth = SegmentLimits.JsonDepthMax });
        FilterReader.Read(document.RootElement, out var error);
        return error;
    }
}
