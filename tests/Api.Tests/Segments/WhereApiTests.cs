using System.Net;
using System.Text.Json;

namespace CdpPipeline.Api.Tests.Segments;

public sealed class WhereApiTests
{
    private const string Buyers = "traits.plan = 'pro' AND did('Order' WHERE total >= 50 AT LEAST 2 TIMES WITHIN 30 DAYS)";

    [Fact]
    public async Task A_segment_saved_as_text_comes_back_in_all_spellings_and_counts_like_any_other()
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestBatchAsync(
        [
            """{"type":"identify","userId":"ann","traits":{"plan":"pro"}}""",
            """{"type":"track","userId":"ann","event":"Order","properties":{"total":50}}""",
            """{"type":"track","userId":"ann","event":"Order","properties":{"total":70.5}}""",
            """{"type":"identify","userId":"bob","traits":{"plan":"pro"}}""",
            """{"type":"track","userId":"bob","event":"Order","properties":{"total":49}}""",
        ]);
        var body = JsonSerializer.Serialize(new { name = "Buyers", where = $"({Buyers.Replace(" AND ", "\n  and ", StringComparison.Ordinal)})" });

        Assert.Equal(1, (await host.PostAsync("/api/segments/preview", body)).GetProperty("count").GetInt32());
        var id = await host.SegmentAsync(body);
        var read = await host.GetAsync($"/api/segments/{id}");

        Assert.Equal(Buyers, read.GetProperty("where").GetString());
        Assert.Equal(
            "People for whom their trait plan is \"pro\", and they did \"Order\" (where total is at least 50) at least 2 times in the last 30 days.",
            read.GetProperty("sentence").GetString());
        Assert.Equal("Order", read.GetProperty("filter").GetProperty("and")[1].GetProperty("event").GetString());
        Assert.Equal(1, read.GetProperty("memberCount").GetInt32());
    }

    [Fact]
    public async Task Text_that_has_a_definition_comes_back_with_it_and_a_reference_by_its_name()
    {
        await using var host = await ApiHost.StartAsync();
        var id = await host.SegmentAsync("""{"name":"Ordered","where":"did('Order' WITHIN 7 DAYS)"}""");
        Assert.Equal("event_type_in_last_days", (await host.GetAsync($"/api/segments/{id}")).GetProperty("definition").GetProperty("kind").GetString());

        var other = await host.SegmentAsync("""{"name":"All","filter":{"and":[]}}""");
        var changed = await host.PutAsync($"/api/segments/{other}", JsonSerializer.Serialize(new { where = $"NOT in_segment('{id}')" }));

        Assert.Equal($"NOT in_segment('{id}')", changed.GetProperty("where").GetString());
        Assert.Equal("People for whom they are not in the segment \"Ordered\".", changed.GetProperty("sentence").GetString());
    }

    [Theory]
    [InlineData(
        "did('Order' AT LEAST 2 TIMES BETWEEN 30 DAYS AND 7 DAYS AGO)",
        """{"event":"Order","count":{"operator":"gte","value":2},"between":{"from":"30d","to":"7d"}}""",
        "People for whom they did \"Order\" at least 2 times between 30 days and 7 days ago.")]
    [InlineData(
        "did('Order' WHERE paid IS TRUE SUM(total) >= 500.5 WITHIN 90 DAYS)",
        """{"event":"Order","where":[{"property":"paid","operator":"is_true"}],"aggregate":{"fn":"sum","property":"total","operator":"gte","value":500.5},"within":"90d"}""",
        "People for whom the sum of total over their \"Order\" events (where paid is true) in the last 90 days is at least 500.5.")]
    [InlineData(
        "did('Viewed' WITHIN 7 DAYS THEN 'Added' WHERE sku = 'x' WITHIN 1 HOUR THEN 'Order')",
        """{"event":"Viewed","within":"7d","then":{"event":"Added","where":[{"property":"sku","operator":"eq","value":"x"}],"within":"1h","then":{"event":"Order"}}}""",
        "People for whom they did \"Viewed\" (followed within 1 hour by \"Added\" (where sku is \"x\", followed by \"Order\")) in the last 7 days.")]
    public async Task Ranges_aggregates_and_sequences_are_saved_and_come_back_in_all_spellings(string where, string filter, string sentence)
    {
        await using var host = await ApiHost.StartAsync();
        var fromText = await host.GetAsync($"/api/segments/{await host.SegmentAsync(JsonSerializer.Serialize(new { name = "Text", where }))}");
        var fromJson = await host.GetAsync($"/api/segments/{await host.SegmentAsync($$"""{"name":"Json","filter":{{filter}}}""")}");

        foreach (var read in new[] { fromText, fromJson })
        {
            Assert.Equal(filter, read.GetProperty("filter").GetRawText());
            Assert.Equal(where, read.GetProperty("where").GetString());
            Assert.Equal(sentence, read.GetProperty("sentence").GetString());
            Assert.False(read.TryGetProperty("definition", out _));
        }
    }

    [Fact]
    public async Task An_error_about_a_reference_names_its_place_in_the_text()
    {
        await using var host = await ApiHost.StartAsync();
        var body = JsonSerializer.Serialize(new { name = "x", where = "email EXISTS\n AND in_segment('01890000-0000-7000-8000-000000000000')" });
        foreach (var path in new[] { "/api/segments", "/api/segments/preview" })
        {
            var problem = await host.PostAsync(path, body, HttpStatusCode.BadRequest);

            Assert.Equal((2, 6), (problem.GetProperty("line").GetInt32(), problem.GetProperty("column").GetInt32()));
            Assert.Equal("where", problem.GetProperty("path").GetString());
        }
    }

    [Theory]
    [InlineData("traits.plan = 'pro' AND\n  did('Order' WITHIN 7)", 2, 23, "DAYS, HOURS, MINUTES, WEEKS or SECONDS")]
    [InlineData("traits.plan = ", 1, 15, "a text in single quotes, a number, TRUE or FALSE")]
    public async Task An_error_is_400_with_line_column_and_what_was_expected(string where, int line, int column, string expected)
    {
        await using var host = await ApiHost.StartAsync();
        var body = JsonSerializer.Serialize(new { name = "x", where });
        foreach (var path in new[] { "/api/segments", "/api/segments/preview" })
        {
            var problem = await host.PostAsync(path, body, HttpStatusCode.BadRequest);

            Assert.Equal((line, column), (problem.GetProperty("line").GetInt32(), problem.GetProperty("column").GetInt32()));
            Assert.Equal(expected, problem.GetProperty("expected").GetString());
            Assert.Equal("where", problem.GetProperty("path").GetString());
        }
    }
}
