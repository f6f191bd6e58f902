using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Tests.Segments.Text;

public sealed class EventTextTests
{
    [Theory]
    [InlineData(
        "did('Order Completed' WHERE total >= 50 AT LEAST 2 TIMES BETWEEN 30 DAYS AND 7 DAYS AGO)",
        """{"event":"Order Completed","where":[{"property":"total","operator":"gte","value":50}],"count":{"operator":"gte","value":2},"between":{"from":"30d","to":"7d"}}""")]
    [InlineData("did('A' BETWEEN 90 SECONDS AND 0 DAYS AGO)", """{"event":"A","between":{"from":"90s","to":"0d"}}""")]
    [InlineData("did('A' BETWEEN 7 DAYS AND 7 DAYS AGO)", """{"event":"A","between":{"from":"7d","to":"7d"}}""")]
    [InlineData(
        "did('Order Completed' SUM(total) >= 500 WITHIN 90 DAYS)",
        """{"event":"Order Completed","aggregate":{"fn":"sum","property":"total","operator":"gte","value":500},"within":"90d"}""")]
    [InlineData(
        "did('A' WHERE x = 1 AVG(cart.total) < -2.5 BETWEEN 2 DAYS AND 1 DAY AGO)",
        """{"event":"A","where":[{"property":"x","operator":"eq","value":1}],"aggregate":{"fn":"avg","property":"cart.total","operator":"lt","value":-2.5},"between":{"from":"2d","to":"1d"}}""")]
    [InlineData("did('A' MIN(total) > 0)", """{"event":"A","aggregate":{"fn":"min","property":"total","operator":"gt","value":0}}""")]
    [InlineData("did('A' MAX(\"the total\") <= 0.000000001)", """{"event":"A","aggregate":{"fn":"max","property":"the total","operator":"lte","value":0.000000001}}""")]
    [InlineData("did('*' DISTINCT(sku) != 3)", """{"event":"*","aggregate":{"fn":"distinct","property":"sku","operator":"neq","value":3}}""")]
    [InlineData(
        "did('A' WHERE x = 1 AT LEAST 2 TIMES WITHIN 7 DAYS THEN 'B' WHERE y = 2 WITHIN 1 HOUR THEN 'C')",
        """{"event":"A","where":[{"property":"x","operator":"eq","value":1}],"count":{"operator":"gte","value":2},"within":"7d","then":{"event":"B","where":[{"property":"y","operator":"eq","value":2}],"within":"1h","then":{"event":"C"}}}""")]
    [InlineData("did('A' BETWEEN 2 DAYS AND 1 DAY AGO THEN 'THEN' THEN '*')", """{"event":"A","between":{"from":"2d","to":"1d"},"then":{"event":"THEN","then":{"event":"*"}}}""")]
    [InlineData("did('A' WHERE \"then\" = 1 AND \"between\" > 2 AND sum < 3 AND distinct.x EXISTS SUM(sum) > 1)", """{"event":"A","where":[{"property":"then","operator":"eq","value":1},{"property":"between","operator":"gt","value":2},{"property":"sum","operator":"lt","value":3},{"property":"distinct.x","operator":"exists"}],"aggregate":{"fn":"sum","property":"sum","operator":"gt","value":1}}""")]
    public void A_text_means_a_tree_and_is_written_back(string text, string filter)
    {
        var tree = Read(text);

        Assert.Equal(Preview.Tree(filter), tree);
        Assert.Equal(filter, FilterWriter.Text(tree));
        Assert.Equal(text, WhereWriter.Text(tree));
    }

    [Theory]
    [InlineData("did('A' between 4 weeks ago and 1 week ago)", "did('A' BETWEEN 28 DAYS AND 7 DAYS AGO)")]
    [InlineData("did('A' Sum ( total ) <> 5.00e2 within 1 week)", "did('A' SUM(total) != 500 WITHIN 7 DAYS)")]
    [InlineData("did('A' avg(\"total\")=-0)", "did('A' AVG(total) = 0)")]
    [InlineData("did('A' AT LEAST 1 TIME then\n'B'\twithin 60 minutes)", "did('A' THEN 'B' WITHIN 1 HOUR)")]
    public void What_may_be_written_otherwise_is_written_one_way(string text, string canonical) => Assert.Equal(canonical, WhereWriter.Text(Read(text)));

    [Theory]
    [InlineData("did('A' BETWEEN 7 DAYS AND 30 DAYS AGO)", 17, "the greater age first")]
    [InlineData("did('A' BETWEEN 30 DAYS)", 24, "AND or AGO")]
    [InlineData("did('A' BETWEEN 30 DAYS AGO)", 28, "AND")]
    [InlineData("did('A' BETWEEN 30 DAYS AND 7 DAYS)", 35, "AGO")]
    [InlineData("did('A' BETWEEN 30 AND 7 DAYS AGO)", 20, "DAYS, HOURS")]
    [InlineData("did('A' BETWEEN 3651 DAYS AND 7 DAYS AGO)", 17, "a whole number that is at most 3650 days")]
    [InlineData("did('A' BETWEEN 30 DAYS AND -7 DAYS AGO)", 29, "a whole number that is at most 3650 days")]
    [InlineData("did('A' WITHIN 30 DAYS BETWEEN 30 DAYS AND 7 DAYS AGO)", 24, "THEN or )")]
    [InlineData("did('A' BETWEEN 30 DAYS AND 7 DAYS AGO WITHIN 30 DAYS)", 40, "THEN or )")]
    [InlineData("did('A' SUM total >= 5)", 13, "(")]
    [InlineData("did('A' SUM() >= 5)", 13, "a property of the event")]
    [InlineData("did('A' SUM(then) >= 5)", 13, "a name that is a keyword stands in double quotes")]
    [InlineData("did('A' SUM(total >= 5)", 19, "a dot or )")]
    [InlineData("did('A' SUM(total) IN 5)", 20, "an operator: =, !=, >, >=, <, <=")]
    [InlineData("did('A' SUM(total) >= 'five')", 23, "a number with at most 9 decimal places, from -10^18 to 10^18")]
    [InlineData("did('A' SUM(total) >= 0.0000000001)", 23, "a number with at most 9 decimal places, from -10^18 to 10^18")]
    [InlineData("did('A' MAX(total) >= 1.1e18)", 23, "a number with at most 9 decimal places, from -10^18 to 10^18")]
    [InlineData("did('A' DISTINCT(sku) >= 1001)", 26, "a whole number from 0 to 1000")]
    [InlineData("did('A' DISTINCT(sku) >= 2.5)", 26, "a whole number from 0 to 1000")]
    [InlineData("did('A' SUM(total) >= 5 AT LEAST 2 TIMES)", 25, "WITHIN, BETWEEN or )")]
    [InlineData("did('A' AT LEAST 2 TIMES SUM(total) >= 5)", 26, "WITHIN, BETWEEN, THEN or )")]
    [InlineData("did('A' SUM(total) >= 5 THEN 'B')", 25, "WITHIN, BETWEEN or )")]
    [InlineData("did('A' SUM(total) >= 5 WITHIN 7 DAYS THEN 'B')", 39, ")")]
    [InlineData("did('A' MEDIAN(total) >= 5)", 9, "WHERE, AT LEAST, EXACTLY, AT MOST, MORE THAN, LESS THAN, NOT … TIMES, SUM(…), AVG(…), MIN(…), MAX(…), DISTINCT(…), WITHIN, BETWEEN, THEN or )")]
    [InlineData("did('A' THEN B)", 14, "the name of an event in single quotes")]
    [InlineData("did('A' THEN did('B'))", 14, "the name of an event in single quotes")]
    [InlineData("did('A' THEN 'B' AT LEAST 2 TIMES)", 18, "WHERE, WITHIN, THEN or )")]
    [InlineData("did('A' THEN 'B' SUM(total) >= 5)", 18, "WHERE, WITHIN, THEN or )")]
    [InlineData("did('A' THEN 'B' BETWEEN 2 DAYS AND 1 DAY AGO)", 18, "WHERE, WITHIN, THEN or )")]
    [InlineData("did('A' THEN 'B' WHERE x = 1 'C')", 30, "AND, WITHIN, THEN or )")]
    [InlineData("did('A' THEN 'B' WITHIN 1 HOUR WHERE x = 1)", 32, "THEN or )")]
    [InlineData("did('A' THEN 'B' WITHIN 0 HOURS)", 25, "a whole number above 0")]
    [InlineData("did('A' THEN 'B' WITHIN 7 DAYS AND email EXISTS", 32, "THEN or )")]
    public void An_error_names_the_column_and_what_was_expected(string text, int column, string expected)
    {
        var error = ErrorOf(text);

        Assert.Equal(new TextPlace(1, column), error?.Place);
        Assert.Contains(expected, error!.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sequence_is_as_long_as_allowed_and_no_longer()
    {
        Assert.Null(ErrorOf(Sequence(SegmentLimits.SequenceStepsMax)));
        Assert.Equal("at most 8 events in a sequence", ErrorOf(Sequence(SegmentLimits.SequenceStepsMax + 1))?.Expected);

        static string Sequence(int events) => $"did({string.Join(" THEN ", Enumerable.Repeat("'A'", events))})";
    }

    [Fact]
    public void Steps_and_their_conditions_count_as_conditions()
    {
        // The list, and per item: the condition, two steps, one property condition.
        const int ItemsMax = (SegmentLimits.NodesMax - 1) / 4;

        Assert.Null(ErrorOf(Wide(ItemsMax)));
        Assert.Equal("at most 500 conditions", ErrorOf(Wide(ItemsMax + 1))?.Expected);

        static string Wide(int items) => string.Join(" OR ", Enumerable.Repeat("did('A' THEN 'B' WHERE a EXISTS THEN 'C')", items));
    }

    private static SegmentError? ErrorOf(string text)
    {
        WhereReader.Read(text, out var error);
        return error;
    }

    private static SegmentNode Read(string text)
    {
        var tree = WhereReader.Read(text, out var error);
        Assert.True(tree is not null, $"{text}: {error}");
        return tree;
    }
}
