using System.Net;
using System.Text.Json;

namespace CdpPipeline.Api.Tests.Plans;

/// <summary>What must hold of tracking plans on every store; each store inherits it.</summary>
public abstract class PlansContract
{
    private const string Orders = """{"mode":"block","events":{"Order Completed":{"required":["total"],"properties":{"total":{"type":"number","minimum":0}}}}}""";

    private const string Plan = "/api/sources/default/plan";
    private const string Violations = "/api/sources/default/violations";

    [Fact]
    public async Task A_planned_source_rejects_what_is_not_as_planned_and_keeps_its_neighbours()
    {
        await using var host = await StartAsync();
        await host.PutAsync(Plan, Orders);

        var answer = await BatchAsync(
            host,
            """{"type":"track","userId":"u","event":"Order Completed","properties":{"total":5}}""",
            """{"type":"track","userId":"u","event":"Order Completed","messageId":"m","properties":{"total":"5"}}""",
            """{"type":"track","userId":"u","event":"Order Completed"}""",
            """{"type":"track","userId":"u","event":"Logged In"}""",
            """{"type":"track","event":"Nobody"}""",
            """{"type":"identify","userId":"u","traits":{"total":"x"}}""");

        Assert.Equal(3, answer.GetProperty("accepted").GetInt32());
        Assert.Equal(
            [
                (1, "properties.total", "properties.total must be a number; it is a string"),
                (2, "properties.total", "properties.total is required"),
                (4, "userId", "an identifier is needed: userId, anonymousId, email or phone"),
            ],
            answer.GetProperty("rejected").EnumerateArray()
                .Select(one => (one.GetProperty("index").GetInt32(), one.GetProperty("field").GetString(), one.GetProperty("error").GetString())));
        Assert.Equal(3, (await host.GetAsync("/api/profiles/userId:u")).GetProperty("eventCount").GetInt32());
        Assert.Equal([("properties.total.type", 1), ("required[0]", 1)], await CountsAsync(host));
    }

    [Fact]
    public async Task Every_way_in_asks_the_plan()
    {
        await using var host = await StartAsync();
        await host.PutAsync(Plan, Orders);

        var one = await host.SendAsync(HttpMethod.Post, "/v1/track", """{"userId":"u","event":"Order Completed"}""", ApiHost.WriteKey);
        Assert.Equal("properties.total", (await ApiHost.ReadAsync(one, HttpStatusCode.BadRequest)).GetProperty("field").GetString());
        var track = await host.SendAsync(HttpMethod.Post, "/api/track", """{"type":"track","userId":"u","event":"Order Completed","source":"shop"}""", ApiHost.WriteKey);
        Assert.Equal("properties.total", (await ApiHost.ReadAsync(track, HttpStatusCode.BadRequest)).GetProperty("field").GetString());
        var seed = await host.SendAsync(HttpMethod.Post, "/api/events", """{"email":"u@example.com","type":"Order Completed"}""", ApiHost.WriteKey);
        Assert.Equal("properties.total is required", (await ApiHost.ReadAsync(seed, HttpStatusCode.BadRequest)).GetProperty("error").GetString());
        Assert.Equal([("required[0]", 3)], await CountsAsync(host));
    }

    [Fact]
    public async Task What_is_only_reported_is_stored_and_counted_once_with_samples_that_hold_no_value()
    {
        await using var host = await StartAsync();
        await host.PutAsync(Plan, Orders.Replace("block", "report", StringComparison.Ordinal));

        for (var i = 0; i < 7; i++)
        {
            // The retry is a duplicate, and no second violation.
            var call = $$$"""{"type":"track","userId":"u","event":"Order Completed","messageId":"m-{{{i}}}","properties":{"total":"secret-{{{i}}}"}}""";
            await host.IngestAsync(call);
            await host.IngestAsync(call);
        }

        Assert.Equal(7, (await host.GetAsync("/api/profiles/userId:u")).GetProperty("eventCount").GetInt32());
        var violations = await host.GetAsync(Violations);
        var violation = violations.GetProperty("violations").EnumerateArray().Single();
        Assert.Equal(("Order Completed", "properties.total.type", 7), (violation.GetProperty("event").GetString(), violation.GetProperty("rule").GetString(), violation.GetProperty("count").GetInt32()));
        Assert.Equal(5, violation.GetProperty("samples").GetArrayLength());
        Assert.All(violation.GetProperty("samples").EnumerateArray(), sample => Assert.Equal("a string", sample.GetProperty("found").GetString()));
        Assert.DoesNotContain("secret", violations.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_are_not_planned_are_bounded()
    {
        await using var host = await StartAsync();
        await host.PutAsync(Plan, """{"mode":"report","unplanned":"report","events":{}}""");

        await host.IngestBatchAsync(Enumerable.Range(0, 230).Select(i => $$"""{"type":"track","userId":"u","event":"E{{i}}"}"""));

        var violations = await host.GetAsync(Violations);
        Assert.Equal((200, 30), (violations.GetProperty("violations").GetArrayLength(), violations.GetProperty("dropped").GetInt32()));
        Assert.Equal(JsonValueKind.Null, violations.GetProperty("violations")[0].GetProperty("rule").ValueKind);
    }

    [Fact]
    public async Task A_plan_is_read_replaced_and_deleted()
    {
        await using var host = await StartAsync();
        await host.GetAsync(Plan, HttpStatusCode.NotFound);
        await host.PutAsync(Plan, Orders);
        Assert.Equal(Orders, (await host.GetAsync(Plan)).GetRawText());
        await BatchAsync(host, """{"type":"track","userId":"u","event":"Order Completed"}""");

        await host.PutAsync(Plan, """{"mode":"block","events":{}}""");
        await host.IngestAsync("""{"userId":"u","event":"Order Completed"}""");
        Assert.Single(await CountsAsync(host));
        await host.DeleteAsync(Violations);
        Assert.Empty(await CountsAsync(host));

        await host.PutAsync(Plan, Orders);
        await host.DeleteAsync(Plan);
        await host.IngestAsync("""{"userId":"u","event":"Order Completed"}""");
        await host.DeleteAsync(Plan, HttpStatusCode.NotFound);
        await host.PutAsync("/api/sources/nobody/plan", Orders, HttpStatusCode.NotFound);
        await host.GetAsync("/api/sources/nobody/violations", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_plan_that_is_not_right_changes_nothing_and_names_its_place()
    {
        await using var host = await StartAsync();
        await host.PutAsync(Plan, Orders);

        var problem = await host.PutAsync(Plan, """{"mode":"block","events":{"Order Completed":{"properties":{"total":{"minimal":0}}}}}""", HttpStatusCode.BadRequest);

        Assert.Equal("urn:cdp:error:invalid-plan", problem.GetProperty("type").GetString());
        Assert.Equal(("events", "events[\"Order Completed\"].properties.total.minimal"), (problem.GetProperty("field").GetString(), problem.GetProperty("path").GetString()));
        Assert.Equal(Orders, (await host.GetAsync(Plan)).GetRawText());
    }

    [Fact]
    public async Task A_plan_and_its_violations_hold_across_a_restart_and_on_every_node()
    {
        var settings = await SettingsAsync();
        await using (var first = await ApiHost.StartInAsync(Folder, settings))
        {
            await first.PutAsync(Plan, Orders);
            await BatchAsync(first, """{"type":"track","userId":"u","event":"Order Completed"}""");
        }

        await using var one = await ApiHost.StartInAsync(Folder, settings);
        await using var other = await ApiHost.StartInAsync(Folder, settings);
        await BatchAsync(one, """{"type":"track","userId":"u","event":"Order Completed"}""");
        await BatchAsync(other, """{"type":"track","userId":"u","event":"Order Completed"}""");

        // Those of the other node come within the time after which it stores them.
        await ApiHost.UntilAsync(async () => (await CountsAsync(one)) is [("required[0]", 3)]);

        await one.PutAsync(Plan, """{"mode":"block","unplanned":"block","events":{}}""");
        await ApiHost.UntilAsync(async () =>
        {
            using var answer = await other.SendAsync(HttpMethod.Post, "/v1/track", """{"userId":"u","event":"Logged In"}""", ApiHost.WriteKey);
            return answer.StatusCode == HttpStatusCode.BadRequest;
        });
    }

    [Fact]
    public async Task The_plan_of_a_source_that_is_gone_goes_too()
    {
        await using var host = await StartAsync();
        var source = (await host.PostAsync("/api/sources", """{"name":"Shop"}""", HttpStatusCode.Created)).GetProperty("id").GetString();
        await host.PutAsync($"/api/sources/{source}/plan", Orders);

        await host.DeleteAsync($"/api/sources/{source}");

        await ApiHost.UntilAsync(async () => (await host.SendAsync(HttpMethod.Get, $"/api/sources/{source}/plan")).StatusCode == HttpStatusCode.NotFound);
    }

    protected abstract string Folder { get; }

    protected abstract Task<(string Key, string Value)[]> SettingsAsync();

    private static async Task<JsonElement> BatchAsync(ApiHost host, params string[] calls) =>
        await ApiHost.ReadAsync(await host.SendAsync(HttpMethod.Post, "/v1/batch", $$"""{"batch":[{{string.Join(',', calls)}}]}""", ApiHost.WriteKey), HttpStatusCode.OK);

    private static async Task<List<(string?, int)>> CountsAsync(ApiHost host) =>
        [.. (await host.GetAsync(Violations)).GetProperty("violations").EnumerateArray()
            .Select(each => (each.GetProperty("rule").GetString(), each.GetProperty("count").GetInt32()))
            .Order()];

    private async Task<ApiHost> StartAsync() => await ApiHost.StartInAsync(Folder, await SettingsAsync());
}
