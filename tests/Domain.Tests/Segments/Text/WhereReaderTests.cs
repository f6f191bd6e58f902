using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Tests.Segments.Text;

public sealed class WhereReaderTests
{
    private const string Other = "01890000-0000-7000-8000-000000000000";

    [Fact]
    public void The_example_of_the_contract_reads_and_comes_back_as_it_is()
    {
        const string Text = $"traits.plan = 'pro' AND NOT did('Logged In' WITHIN 7 DAYS) AND (did('Order Completed' WHERE total >= 50 AT LEAST 2 TIMES WITHIN 30 DAYS) OR in_segment('{Other}'))";

        var tree = Read(Text);

        Assert.Equal(Text, WhereWriter.Text(tree));
        Assert.Equal(
            Preview.Tree($$$"""
                {"and":[
                  {"field":"traits.plan","operator":"eq","value":"pro"},
                  {"not":{"event":"Logged In","within":"7d"}},
                  {"or":[
                    {"event":"Order Completed","where":[{"property":"total","operator":"gte","value":50}],"count":{"operator":"gte","value":2},"within":"30d"},
                    {"segment":"{{{Other}}}"}]}]}
                """),
            tree);
    }

    [Theory]
    [InlineData("email = 'a' OR email = 'b' AND email = 'c'", """{"or":[{"field":"email","operator":"eq","value":"a"},{"and":[{"field":"email","operator":"eq","value":"b"},{"field":"email","operator":"eq","value":"c"}]}]}""")]
    [InlineData("(email = 'a' AND email = 'b') AND email = 'c'", """{"and":[{"and":[{"field":"email","operator":"eq","value":"a"},{"field":"email","operator":"eq","value":"b"}]},{"field":"email","operator":"eq","value":"c"}]}""")]
    [InlineData("NOT NOT email EXISTS", """{"not":{"not":{"field":"email","operator":"exists"}}}""")]
    [InlineData("NOT email EXISTS AND email EXISTS", """{"and":[{"not":{"field":"email","operator":"exists"}},{"field":"email","operator":"exists"}]}""")]
    [InlineData("ALL()", """{"and":[]}""")]
    [InlineData("ANY(email EXISTS)", """{"or":[{"field":"email","operator":"exists"}]}""")]
    [InlineData("ANY(ALL(), ANY())", """{"or":[{"and":[]},{"or":[]}]}""")]
    [InlineData("((email EXISTS))", """{"field":"email","operator":"exists"}""")]
    [InlineData("traits.x <> 1", """{"field":"traits.x","operator":"neq","value":1}""")]
    [InlineData("traits.not IN ('a''b', 2, true)", """{"field":"traits.not","operator":"in","value":["a'b",2,true]}""")]
    [InlineData("traits.\"first name\".\"say \"\"hi\"\"\" not exists", """{"field":"traits.first name.say \"hi\"","operator":"not_exists"}""")]
    [InlineData("createdAt NOT WITHIN LAST 2 WEEKS", """{"field":"createdAt","operator":"not_within_last","value":"14d"}""")]
    [InlineData("traits.trialEnds BEFORE 3 DAYS FROM NOW", """{"field":"traits.trialEnds","operator":"before","value":"+3d"}""")]
    [InlineData("traits.trialEnds BEFORE '+3d'", """{"field":"traits.trialEnds","operator":"before","value":"+3d"}""")]
    [InlineData("lastSeen >= NOW", """{"field":"lastSeen","operator":"gte","value":"+0d"}""")]
    [InlineData("traits.x = '-7d'", """{"field":"traits.x","operator":"eq","value":"-7d"}""")]
    [InlineData("did('*' WHERE \"at\" EXISTS AND b WITHIN LAST 1 HOUR NOT 3 TIMES WITHIN 1 WEEK)", """{"event":"*","where":[{"property":"at","operator":"exists"},{"property":"b","operator":"within_last","value":"1h"}],"count":{"operator":"neq","value":3},"within":"7d"}""")]
    [InlineData("DID('A' at most 0 times)", """{"event":"A","count":{"operator":"lte","value":0}}""")]
    [InlineData("did('A' EXACTLY 1 TIME)", """{"event":"A","count":{"operator":"eq","value":1}}""")]
    [InlineData("did('A' MORE THAN 2 TIMES) OR did('A' LESS THAN 2 TIMES)", """{"or":[{"event":"A","count":{"operator":"gt","value":2}},{"event":"A","count":{"operator":"lt","value":2}}]}""")]
    [InlineData("groups.industry STARTS WITH 'a' OR email ENDS WITH 'b' OR phone MATCHES '^1' OR traits.a IS TRUE OR traits.a IS FALSE", """{"or":[{"field":"groups.industry","operator":"starts_with","value":"a"},{"field":"email","operator":"ends_with","value":"b"},{"field":"phone","operator":"matches","value":"^1"},{"field":"traits.a","operator":"is_true"},{"field":"traits.a","operator":"is_false"}]}""")]
    public void Text_means_the_same_as_its_filter(string text, string filter) => Assert.Equal(Preview.Tree(filter), Read(text));

    [Theory]
    [InlineData("", 1, 1, "a condition")]
    [InlineData("traits.plan = ", 1, 15, "a text in single quotes, a number, TRUE or FALSE")]
    [InlineData("traits.plan = 'pro", 1, 15, "a closing '")]
    [InlineData("traits.plan == 'pro'", 1, 14, "a text in single quotes, a number, TRUE or FALSE")]
    [InlineData("traits.plan\n  LIKE 'pro'", 2, 3, "an operator")]
    [InlineData("plan = 'pro'", 1, 1, "a field: traits.<path>")]
    [InlineData("traits. = 1", 1, 9, "a key")]
    [InlineData("traits.\"a.b\" = 1", 1, 8, "no dot")]
    [InlineData("email BEFORE 'a'", 1, 7, "an operator that suits a text")]
    [InlineData("email > 5", 1, 9, "a text in single quotes")]
    [InlineData("traits.x > TRUE", 1, 12, "a number, a text in single quotes, or a date")]
    [InlineData("email = 5", 1, 9, "a text in single quotes")]
    [InlineData("pageViews > 'a'", 1, 13, "a number")]
    [InlineData("lastSeen > 'soon'", 1, 12, "a date")]
    [InlineData("traits.x = 7 DAYS AGO", 1, 12, "a text in single quotes")]
    [InlineData("traits.x > 7 DAYS", 1, 18, "AGO or FROM NOW")]
    [InlineData("traits.x > 07", 1, 12, "a number such as")]
    [InlineData("traits.x = 1 traits.y = 2", 1, 14, "AND, OR or the end")]
    [InlineData("(traits.x = 1", 1, 14, "AND, OR or )")]
    [InlineData("traits.x IN 1", 1, 13, "a list of values in brackets")]
    [InlineData("traits.x IN (1 2)", 1, 16, ", or )")]
    [InlineData("traits.x STARTS 'a'", 1, 17, "WITH")]
    [InlineData("traits.x NOT LIKE 'a'", 1, 14, "IN or CONTAINS or EXISTS or WITHIN")]
    [InlineData("traits.x MATCHES '(?=a)'", 1, 18, "a regular expression without look-around")]
    [InlineData("did(Order)", 1, 5, "the name of an event in single quotes")]
    [InlineData("did('')", 1, 5, "the name of an event in single quotes")]
    [InlineData("did('A' WHERE at >= 3)", 1, 15, "a property of the event")]
    [InlineData("did('A' WHERE a = 1 OR b = 2)", 1, 21, "AND, AT LEAST")]
    [InlineData("did('A' AT 2 TIMES)", 1, 12, "LEAST or MOST")]
    [InlineData("did('A' AT LEAST 2.5 TIMES)", 1, 18, "a whole number from 0 to 1000")]
    [InlineData("did('A' AT LEAST 1001 TIMES)", 1, 18, "a whole number from 0 to 1000")]
    [InlineData("did('A' AT LEAST 2 WITHIN 7 DAYS)", 1, 20, "TIMES")]
    [InlineData("did('A' WITHIN 7)", 1, 17, "DAYS, HOURS")]
    [InlineData("did('A' WITHIN 0 DAYS)", 1, 16, "a whole number above 0")]
    [InlineData("did('A' WITHIN 3651 DAYS)", 1, 16, "at most 3650 days")]
    [InlineData("did('A' WITHIN 7 DAYS AT LEAST 2 TIMES)", 1, 23, ")")]
    [InlineData("in_segment('vip')", 1, 12, "the id of a segment")]
    [InlineData("email EXISTS;", 1, 13, "a word")]
    [InlineData("email EXISTS AND", 1, 17, "a condition")]
    public void An_error_names_line_and_column_and_what_was_expected(string text, int line, int column, string expected)
    {
        Assert.Null(WhereReader.Read(text, out var error));

        Assert.Equal(new TextPlace(line, column), error?.Place);
        Assert.Contains(expected, error!.Expected, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_says_what_was_found()
    {
        WhereReader.Read("traits.plan LIKE 'pro'", out var error);

        Assert.StartsWith("line 1, column 13: found LIKE, expected an operator: =, !=, ", error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_is_as_large_as_a_filter_may_be_and_no_larger()
    {
        Assert.Null(ErrorOf(Nots(SegmentLimits.DepthMax - 1)));
        Assert.Contains("32 levels", ErrorOf(Nots(SegmentLimits.DepthMax))!.Message, StringComparison.Ordinal);
        Assert.Null(ErrorOf(Chain(SegmentLimits.NodesMax - 1)));
        Assert.Contains("500 conditions", ErrorOf(Chain(SegmentLimits.NodesMax))!.Message, StringComparison.Ordinal);
        Assert.Contains("500 conditions", ErrorOf($"did('A' WHERE {string.Join(" AND ", Enumerable.Repeat("a = 1", SegmentLimits.NodesMax + 1))})")!.Message, StringComparison.Ordinal);
        Assert.Null(ErrorOf($"email IN ({string.Join(',', Enumerable.Repeat("'a'", SegmentLimits.ListValuesMax))})"));
        Assert.Contains("1000 values", ErrorOf($"email IN ({string.Join(',', Enumerable.Repeat("'a'", SegmentLimits.ListValuesMax + 1))})")!.Message, StringComparison.Ordinal);
        Assert.Null(ErrorOf($"email = '{new string('a', SegmentLimits.TextLengthMax)}'"));
        Assert.Contains("1024 characters", ErrorOf($"email = '{new string('a', SegmentLimits.TextLengthMax + 1)}'")!.Message, StringComparison.Ordinal);
        Assert.Null(ErrorOf($"traits.{new string('a', SegmentLimits.NameLengthMax - 7)} = 1"));
        Assert.Contains("512 characters", ErrorOf($"traits.{new string('a', SegmentLimits.NameLengthMax)} = 1")!.Message, StringComparison.Ordinal);
        Assert.NotNull(ErrorOf($"did('{new string('a', SegmentLimits.NameLengthMax + 1)}')"));
    }

    [Theory]
    [InlineData("(")]
    [InlineData("NOT ")]
    [InlineData("ALL(")]
    public void A_million_levels_are_refused_like_any_other_error(string level) =>
        Assert.NotNull(ErrorOf(string.Concat(Enumerable.Repeat(level, 1_000_000)) + "email EXISTS")?.Place);

    private static string Nots(int count) => string.Concat(Enumerable.Repeat("NOT ", count)) + "email EXISTS";

    private static string Chain(int count) => string.Join(" AND ", Enumerable.Repeat("email EXISTS", count));

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
