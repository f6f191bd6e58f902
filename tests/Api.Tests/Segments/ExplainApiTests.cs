using System.Globalization;
using System.Net;
using System.Text.Json;

namespace CdpPipeline.Api.Tests.Segments;

public sealed class ExplainApiTests
{
    [Fact]
    public async Task A_member_is_explained_by_values_events_and_until_when()
    {
        await using var host = await ApiHost.StartAsync();
        var old = TimeProvider.System.GetUtcNow().AddDays(-3);
        await host.IngestBatchAsync(
        [
            """{"type":"identify","userId":"ann","anonymousId":"a1","traits":{"plan":"pro","seats":7,"tags":["x"]}}""",
            $$"""{"type":"track","userId":"ann","event":"Order","messageId":"m1","timestamp":"{{At(old)}}","properties":{"total":60} }""",
            $$"""{"type":"track","userId":"ann","event":"Order","messageId":"m2","timestamp":"{{At(old.AddHours(1))}}","properties":{"total":80} }""",
            $$"""{"type":"track","userId":"ann","event":"Order","messageId":"m3","timestamp":"{{At(old.AddHours(2))}}","properties":{"total":10} }""",
        ]);
        var id = await SegmentAsync(host, "traits.plan = 'pro' AND traits.missing NOT EXISTS AND anonymousId = 'a1' AND did('Order' WHERE total >= 50 AT LEAST 2 TIMES WITHIN 7 DAYS)");

        var answer = await ExplainAsync(host, "userId:ann", id);

        Assert.True(answer.GetProperty("isMember").GetBoolean() && answer.GetProperty("holds").GetBoolean());
        Assert.NotEqual(JsonValueKind.Null, answer.GetProperty("since").ValueKind);
        var nodes = answer.GetProperty("tree").GetProperty("nodes");
        Assert.Equal("and", Text(answer.GetProperty("tree"), "kind"));
        Assert.Equal(("field", "pro", "traits.plan = 'pro'", "filter.and[0]"), (Text(nodes[0], "kind"), Text(nodes[0], "actual"), Text(nodes[0], "where"), Text(nodes[0], "path")));
        Assert.Equal(JsonValueKind.Null, nodes[1].GetProperty("actual").ValueKind);
        Assert.Equal("""["a1"]""", nodes[2].GetProperty("actual").GetRawText());
        Assert.Equal((2, true), (nodes[3].GetProperty("count").GetInt32(), nodes[3].GetProperty("countIsExact").GetBoolean()));
        var timeline = (await host.GetAsync("/api/profiles/userId:ann/events")).GetProperty("events").EnumerateArray().ToDictionary(e => Text(e, "messageId")!, e => Text(e, "id"));
        Assert.Equal([timeline["m2"], timeline["m1"]], nodes[3].GetProperty("events").EnumerateArray().Select(e => Text(e, "id")));

        // The older of the two leaves the window a microsecond after its end.
        var until = DateTimeOffset.FromUnixTimeMilliseconds(old.ToUnixTimeMilliseconds()).AddDays(7).AddMicroseconds(1);
        Assert.Equal(until, nodes[3].GetProperty("until").GetDateTimeOffset());
        Assert.Equal(until, answer.GetProperty("until").GetDateTimeOffset());
    }

    [Fact]
    public async Task An_aggregate_is_explained_by_its_value_and_a_sequence_by_what_followed()
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestBatchAsync(
        [
            """{"type":"track","userId":"ann","event":"Open","messageId":"m1"}""",
            """{"type":"track","userId":"ann","event":"Order","messageId":"m2","properties":{"total":10.50}}""",
            """{"type":"track","userId":"ann","event":"Order","messageId":"m3","properties":{"total":-2}}""",
            """{"type":"track","userId":"ann","event":"Order","messageId":"m4","properties":{"total":"free"}}""",
        ]);
        var id = await host.SegmentAsync("""
            {"name":"s","filter":{"and":[
              {"event":"Order","within":"7d","aggregate":{"fn":"sum","property":"total","operator":"gte","value":8.5}},
              {"event":"Order","within":"7d","aggregate":{"fn":"min","property":"total","operator":"lt","value":-1}},
              {"event":"Order","within":"7d","aggregate":{"fn":"distinct","property":"total","operator":"eq","value":3}},
              {"not":{"event":"Open","aggregate":{"fn":"avg","property":"total","operator":"neq","value":0}}},
              {"event":"Open","then":{"event":"Order","within":"1h"}}]}}
            """);
        var answer = await ExplainAsync(host, "userId:ann", id);

        Assert.True(answer.GetProperty("isMember").GetBoolean() && answer.GetProperty("holds").GetBoolean());
        var timeline = (await host.GetAsync("/api/profiles/userId:ann/events")).GetProperty("events").EnumerateArray().ToDictionary(e => Text(e, "id")!, e => Text(e, "messageId"));
        var nodes = answer.GetProperty("tree").GetProperty("nodes");
        Assert.Equal(["8.5", "-2", "3"], nodes.EnumerateArray().Take(3).Select(node => node.GetProperty("actual").GetRawText()));
        Assert.Equal([2, 2, 3], nodes.EnumerateArray().Take(3).Select(node => node.GetProperty("count").GetInt32()));
        Assert.Equal(["m3"], Shown(nodes[1]));
        Assert.Equal(["m4", "m3", "m2"], Shown(nodes[2]));
        Assert.Equal(JsonValueKind.Null, nodes[3].GetProperty("nodes")[0].GetProperty("actual").ValueKind);
        Assert.Equal(["m1"], Shown(nodes[4]));
        Assert.Equal("m2", timeline[Text(Assert.Single(nodes[4].GetProperty("events")[0].GetProperty("then").EnumerateArray()), "id")!]);

        IEnumerable<string?> Shown(JsonElement node) => node.GetProperty("events").EnumerateArray().Select(e => timeline[Text(e, "id")!]);
    }

    [Theory]
    [InlineData("traits.plan = 'pro'", false, "\"free\"", null)]
    [InlineData("traits.seats > 5", true, "7", null)]
    [InlineData("traits.tags CONTAINS 'y'", false, """["x"]""", null)]
    [InlineData("traits.nothing = 1", false, "null", null)]
    [InlineData("groups.industry = 'shop'", true, """["shop"]""", null)]
    [InlineData("userId = 'ann'", true, "\"ann\"", null)]
    [InlineData("pageViews >= 2", false, "1", null)]
    [InlineData("did('Order')", true, null, 2)]
    [InlineData("did('Order' MORE THAN 5 TIMES)", false, null, 2)]
    [InlineData("did('Order' WHERE total >= 50)", false, null, 0)]
    [InlineData("did('Refund')", false, null, 0)]
    [InlineData("did('Refund' AT MOST 0 TIMES)", true, null, 0)]
    [InlineData("did('*' EXACTLY 3 TIMES WITHIN 1 HOUR)", true, null, 3)]
    public async Task Each_kind_of_condition_is_explained_for_members_and_others(string where, bool holds, string? actual, int? count)
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestBatchAsync(
        [
            """{"type":"identify","userId":"ann","traits":{"plan":"free","seats":7,"tags":["x"]}}""",
            """{"type":"group","userId":"ann","groupId":"g","traits":{"industry":"shop"}}""",
            """{"type":"page","userId":"ann","name":"Home"}""",
            """{"type":"track","userId":"ann","event":"Order","properties":{"total":10}}""",
            """{"type":"track","userId":"ann","event":"Order","properties":{"total":20}}""",
        ]);
        var plain = await ExplainAsync(host, "userId:ann", await SegmentAsync(host, where));
        var negated = await ExplainAsync(host, "userId:ann", await SegmentAsync(host, $"NOT {where}"));

        Assert.Equal((holds, holds), (plain.GetProperty("holds").GetBoolean(), plain.GetProperty("isMember").GetBoolean()));
        Assert.Equal((!holds, !holds), (negated.GetProperty("holds").GetBoolean(), negated.GetProperty("isMember").GetBoolean()));
        foreach (var node in new[] { plain.GetProperty("tree"), negated.GetProperty("tree").GetProperty("nodes")[0] })
        {
            Assert.Equal(holds, node.GetProperty("holds").GetBoolean());
            if (actual is not null) Assert.Equal(actual, node.GetProperty("actual").GetRawText());
            if (count is not null) Assert.Equal(count, node.GetProperty("count").GetInt32());
        }
    }

    [Fact]
    public async Task A_reference_is_explained_through_the_other_segment()
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestAsync("""{"type":"identify","userId":"ann","traits":{"plan":"pro"}}""");
        var inner = await SegmentAsync(host, "traits.plan = 'pro'", "Pro");
        var outer = await SegmentAsync(host, $"in_segment('{inner}') OR ANY()");

        var tree = (await ExplainAsync(host, "userId:ann", outer)).GetProperty("tree");

        var reference = tree.GetProperty("nodes")[0];
        Assert.Equal(("segment", "Pro", true), (Text(reference, "kind"), Text(reference, "name"), reference.GetProperty("holds").GetBoolean()));
        Assert.Equal("pro", Text(reference.GetProperty("nodes")[0], "actual"));
        Assert.False(tree.GetProperty("nodes")[1].GetProperty("holds").GetBoolean());
    }

    [Fact]
    public async Task A_merged_person_is_explained_by_the_events_of_all_her_parts_whichever_way_she_is_named()
    {
        await using var host = await ApiHost.StartAsync();
        var visitor = await host.IngestAsync("""{"type":"track","anonymousId":"v","event":"Order"}""");
        var user = await host.IngestAsync("""{"type":"track","userId":"ann","event":"Order"}""");
        await host.IngestAsync("""{"type":"identify","userId":"ann","anonymousId":"v"}""");
        var id = await SegmentAsync(host, "did('Order' AT LEAST 2 TIMES)");

        foreach (var reference in new[] { "userId:ann", "anonymousId:v", visitor, user })
        {
            var answer = await ExplainAsync(host, reference, id);
            Assert.True(answer.GetProperty("holds").GetBoolean());
            Assert.Equal((2, 2), (answer.GetProperty("tree").GetProperty("count").GetInt32(), answer.GetProperty("tree").GetProperty("events").GetArrayLength()));
        }
    }

    [Fact]
    public async Task A_long_timeline_is_read_as_far_as_the_bound_and_the_count_says_so()
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestBatchAsync(Enumerable.Range(0, 2_500).Select(i => $$"""{"type":"track","userId":"ann","event":"Order","messageId":"m{{i}}"}"""));
        var id = await SegmentAsync(host, "did('Order' AT LEAST 1000 TIMES)");

        var node = (await ExplainAsync(host, "userId:ann", id)).GetProperty("tree");

        Assert.Equal((true, 2_000, false, 100), (
            node.GetProperty("holds").GetBoolean(),
            node.GetProperty("count").GetInt32(),
            node.GetProperty("countIsExact").GetBoolean(),
            node.GetProperty("events").GetArrayLength()));
    }

    [Fact]
    public async Task An_unknown_segment_or_person_is_404()
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestAsync("""{"type":"track","userId":"ann","event":"Order"}""");
        var id = await SegmentAsync(host, "did('Order')");
        foreach (var path in new[]
        {
            "userId:ann/segments/01890000-0000-7000-8000-000000000000", "userId:ann/segments/nonsense", $"userId:nobody/segments/{id}", $"nonsense/segments/{id}",
        })
        {
            await host.GetAsync($"/api/profiles/{path}/explain", HttpStatusCode.NotFound);
        }
    }

    private static string At(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static Task<string> SegmentAsync(ApiHost host, string where, string name = "S") => host.SegmentAsync(JsonSerializer.Serialize(new { name, where }));

    private static Task<JsonElement> ExplainAsync(ApiHost host, string reference, string segment) => host.GetAsync($"/api/profiles/{reference}/segments/{segment}/explain");
}
