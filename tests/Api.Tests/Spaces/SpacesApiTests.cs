using System.Net;
using System.Text.Json;
using CdpPipeline.Api.Tests.Ingest;

namespace CdpPipeline.Api.Tests.Spaces;

public sealed class SpacesApiTests : IAsyncLifetime
{
    private const string Ada = "/v1/spaces/any/collections/users/profiles/user_id:ada";

    private ApiHost host = null!;

    public async ValueTask InitializeAsync() => host = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Traits_come_in_pages_with_computed_ones_and_audiences_among_them()
    {
        await host.IngestAsync("""{"type":"identify","userId":"ada","traits":{"plan":"pro","city":"London","age":36}}""");
        await host.SegmentAsync("""{"name":"Big Spenders (2026)","filter":{"field":"traits.plan","operator":"eq","value":"pro"}}""");
        await host.PostAsync("/api/computed-traits", """{"name":"orders","fn":"count","event":"Order Completed"}""", HttpStatusCode.Created);

        await ApiHost.UntilAsync(async () => Names(await host.GetAsync(Ada + "/traits")).Contains("orders"));
        var first = await host.GetAsync(Ada + "/traits?limit=3");
        var second = await host.GetAsync(Ada + "/traits?limit=3&next=" + Next(first));

        Assert.Equal(["age", "big_spenders_2026", "city"], Names(first));
        Assert.Equal(["orders", "plan"], Names(second));
        Assert.True(first.GetProperty("traits").GetProperty("big_spenders_2026").GetBoolean());
        Assert.True(first.GetProperty("cursor").GetProperty("has_more").GetBoolean());
        Assert.False(second.GetProperty("cursor").GetProperty("has_more").GetBoolean());
        Assert.Equal(Ada + "/traits", first.GetProperty("cursor").GetProperty("url").GetString());
        Assert.Equal(["age", "plan"], Names(await host.GetAsync(Ada + "/traits?include=plan,age,absent")));
        Assert.Equal(["big_spenders_2026"], Names(await host.GetAsync(Ada + "/traits?class=audience")));
        Assert.Equal(["orders"], Names(await host.GetAsync(Ada + "/traits?class=computed_trait")));
        Assert.Equal("pro", (await host.GetAsync(Ada + "/traits?verbose=true")).GetProperty("traits").GetProperty("plan").GetProperty("value").GetString());
    }

    [Fact]
    public async Task External_ids_and_links_come_in_pages()
    {
        await host.IngestAsync("""{"type":"identify","userId":"ada","anonymousId":"a/1","traits":{"email":"ada@example.com"}}""");
        await host.IngestAsync("""{"type":"group","userId":"ada","groupId":"acme"}""");
        await host.IngestAsync("""{"type":"group","userId":"ada","groupId":"globex"}""");

        var first = await host.GetAsync(Ada + "/external_ids?limit=2");
        var second = await host.GetAsync(Ada + "/external_ids?limit=2&next=" + Next(first));

        Assert.Equal(["user_id ada", "email ada@example.com"], first.GetProperty("data").EnumerateArray().Select(Id));
        Assert.Equal(["anonymous_id a/1"], second.GetProperty("data").EnumerateArray().Select(Id));
        Assert.Equal(["email ada@example.com"], (await host.GetAsync(Ada + "/external_ids?include=email")).GetProperty("data").EnumerateArray().Select(Id));
        Assert.Equal("users", first.GetProperty("data")[0].GetProperty("collection").GetString());

        var links = await host.GetAsync(Ada + "/links?limit=1");
        var rest = await host.GetAsync(Ada + "/links?limit=1&next=" + Next(links));
        Assert.Equal(
            ["group_id acme", "group_id globex"],
            new[] { links, rest }.Select(page => Id(page.GetProperty("data")[0].GetProperty("external_ids")[0])).Order());
        Assert.False(rest.GetProperty("cursor").GetProperty("has_more").GetBoolean());
    }

    [Fact]
    public async Task Events_come_newest_first_by_name_and_by_time()
    {
        await host.IngestBatchAsync(Enumerable.Range(1, 9).Select(n =>
            $$$"""{"type":"track","event":"E{{{n % 3}}}","userId":"ada","messageId":"m{{{n}}}","timestamp":"2026-01-0{{{n}}}T00:00:00Z","properties":{"n":{{{n}}} },"context":{"ip":"127.0.0.1"}}"""));

        var seen = new List<string>();
        var path = Ada + "/events?limit=4";
        for (var next = "?"; next.Length > 0;)
        {
            var page = await host.GetAsync(next == "?" ? path : $"{path}&next={next}");
            seen.AddRange(Messages(page));
            next = Next(page);
        }

        Assert.Equal(["m9", "m8", "m7", "m6", "m5", "m4", "m3", "m2", "m1"], seen);
        Assert.Equal(["m9", "m6", "m3"], Messages(await host.GetAsync(Ada + "/events?include=E0")));
        Assert.Equal(["m9", "m8"], Messages(await host.GetAsync(Ada + "/events?include=E0,E2&limit=2")));
        Assert.Equal(["m9", "m7", "m6", "m4", "m3", "m1"], Messages(await host.GetAsync(Ada + "/events?exclude=E2")));
        Assert.Equal(["m6", "m5"], Messages(await host.GetAsync(Ada + "/events?start=2026-01-05T00:00:00Z&end=2026-01-06T12:00:00Z")));
        var newest = (await host.GetAsync(Ada + "/events?limit=1")).GetProperty("data")[0];
        Assert.Equal(
            ("track", "E0", "user_id ada", "127.0.0.1", 9),
            (newest.GetProperty("type").GetString(), newest.GetProperty("event").GetString(), Id(newest.GetProperty("external_ids")[0]),
                newest.GetProperty("context").GetProperty("ip").GetString(), newest.GetProperty("properties").GetProperty("n").GetInt32()));
    }

    [Fact]
    public async Task Events_come_oldest_first_where_that_is_asked_and_a_cursor_is_good_for_its_own_order_only()
    {
        await host.IngestBatchAsync(Enumerable.Range(1, 9).Select(n =>
            $$$"""{"type":"track","event":"E{{{n % 3}}}","userId":"ada","messageId":"m{{{n}}}","timestamp":"2026-01-0{{{(n * 5 % 9) + 1}}}T00:00:00Z"}"""));
        var ordered = Enumerable.Range(1, 9).OrderBy(n => n * 5 % 9).Select(n => $"m{n}").ToList();
        var path = Ada + "/events?limit=2&sort=asc";

        var seen = new List<string>();
        for (var next = "?"; next.Length > 0;)
        {
            var page = await host.GetAsync(next == "?" ? path : $"{path}&next={next}");
            seen.AddRange(Messages(page));
            next = Next(page);
        }

        Assert.Equal(ordered, seen);
        Assert.Equal(ordered.Where(id => id is not ("m2" or "m5" or "m8")), Messages(await host.GetAsync(Ada + "/events?sort=asc&exclude=E2")));
        Assert.Equal(ordered.Take(4).Skip(1), Messages(await host.GetAsync(Ada + "/events?sort=asc&start=2026-01-02T00:00:00Z&end=2026-01-04T00:00:00Z")));
        var upward = Next(await host.GetAsync(path));
        var downward = Next(await host.GetAsync(Ada + "/events?limit=2&sort=desc"));
        await host.GetAsync($"{Ada}/events?limit=2&next={upward}", HttpStatusCode.BadRequest);
        await host.GetAsync($"{path}&next={downward}", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Metadata_says_since_when_and_what_came_last()
    {
        await host.IngestAsync("""{"event":"E","userId":"ada","messageId":"m1"}""");

        var metadata = (await host.GetAsync(Ada + "/metadata")).GetProperty("metadata");

        Assert.Equal(("m1", "default"), (metadata.GetProperty("last_message_id").GetString(), metadata.GetProperty("last_source_id").GetString()));
        Assert.Equal(JsonValueKind.String, metadata.GetProperty("created_at").ValueKind);
        Assert.Equal(JsonValueKind.Null, metadata.GetProperty("expires_at").ValueKind);
    }

    [Theory]
    [InlineData("anonymous_id:a%2F1")]
    [InlineData("email:ADA@example.com")]
    [InlineData("phone:%2B15555550123")]
    [InlineData("phone_number:%2B15555550123")]
    public async Task Any_identifier_will_do(string reference)
    {
        await host.IngestAsync("""{"type":"identify","userId":"ada","anonymousId":"a/1","traits":{"email":"ada@example.com","phone":"+15555550123"}}""");

        var answer = await host.GetAsync($"/v1/spaces/any/collections/users/profiles/{reference}/external_ids?include=user_id");

        Assert.Equal("user_id ada", Id(answer.GetProperty("data")[0]));
    }

    [Theory]
    [InlineData("user_id:nobody/traits", HttpStatusCode.NotFound, "not_found")]
    [InlineData("nonsense:ada/metadata", HttpStatusCode.NotFound, "not_found")]
    [InlineData("nonsense/events", HttpStatusCode.NotFound, "not_found")]
    [InlineData("user_id:ada/traits?limit=201", HttpStatusCode.BadRequest, "validation_error")]
    [InlineData("user_id:ada/external_ids?limit=0", HttpStatusCode.BadRequest, "validation_error")]
    [InlineData("user_id:ada/external_ids?next=other", HttpStatusCode.BadRequest, "validation_error")]
    [InlineData("user_id:ada/links?limit=21", HttpStatusCode.BadRequest, "validation_error")]
    [InlineData("user_id:ada/events?next=other", HttpStatusCode.BadRequest, "validation_error")]
    [InlineData("user_id:ada/events?sort=newest", HttpStatusCode.BadRequest, "validation_error")]
    [InlineData("user_id:ada/events?start=yesterday", HttpStatusCode.BadRequest, "validation_error")]
    public async Task What_is_wrong_is_told_as_Segment_does(string rest, HttpStatusCode status, string code)
    {
        await host.IngestAsync("""{"event":"E","userId":"ada"}""");

        var answer = await host.GetAsync("/v1/spaces/any/collections/users/profiles/" + rest, status);

        Assert.Equal(code, answer.GetProperty("error").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("traits")]
    [InlineData("external_ids")]
    [InlineData("events")]
    [InlineData("metadata")]
    [InlineData("links")]
    public async Task It_takes_an_API_key_as_Basic_user_name_and_only_reads(string what)
    {
        await host.IngestAsync("""{"event":"E","userId":"ada"}""");
        var readKey = (await host.PostAsync("/api/keys", """{"name":"reader","role":"read"}""", HttpStatusCode.Created)).GetProperty("key").GetString()!;

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden, HttpStatusCode.MethodNotAllowed],
            [
                await StatusAsync(HttpMethod.Get, IngestHost.Basic(readKey)), await StatusAsync(HttpMethod.Get, null), await StatusAsync(HttpMethod.Get, IngestHost.Basic("other")),
                await StatusAsync(HttpMethod.Get, IngestHost.Basic(ApiHost.WriteKey)), await StatusAsync(HttpMethod.Delete, IngestHost.Basic(ApiHost.AdminKey)),
            ]);

        async Task<HttpStatusCode> StatusAsync(HttpMethod method, string? authorization)
        {
            using var request = new HttpRequestMessage(method, $"{Ada}/{what}");
            if (authorization is not null) request.Headers.Add("Authorization", authorization);
            using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
            return response.StatusCode;
        }
    }

    private static string[] Names(JsonElement page) => [.. page.GetProperty("traits").EnumerateObject().Select(trait => trait.Name)];

    private static string[] Messages(JsonElement page) => [.. page.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("message_id").GetString()!)];

    private static string Id(JsonElement one) => $"{one.GetProperty("type").GetString()} {one.GetProperty("id").GetString()}";

    private static string Next(JsonElement page) => Uri.EscapeDataString(page.GetProperty("cursor").GetProperty("next").GetString()!);
}
