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
