using System.Globalization;
using System.Net;
using CdpPipeline.Api.Auth;

namespace CdpPipeline.Api.Tests.Ingest;

public sealed class IngestAuthTests : IAsyncLifetime
{
    private const string Track = """{"userId":"u","event":"E"}""";

    private IngestHost host = null!;

    public async ValueTask InitializeAsync() => host = await IngestHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    public static TheoryData<string?, string, HttpStatusCode> Keys() => new()
    {
        { IngestHost.Basic("wk_test"), Track, HttpStatusCode.OK },
        { "Bearer wk_test", Track, HttpStatusCode.OK },
        { "bearer  wk_test ", Track, HttpStatusCode.OK },
        { null, """{"userId":"u","event":"E","writeKey":"wk_test"}""", HttpStatusCode.OK },
        { IngestHost.Basic(""), """{"userId":"u","event":"E","writeKey":"wk_test"}""", HttpStatusCode.OK },
        { null, Track, HttpStatusCode.Unauthorized },
        { null, "not json", HttpStatusCode.Unauthorized },
        { null, """{"userId":"u","event":"E","writeKey":"other"}""", HttpStatusCode.Unauthorized },
        { null, """{"userId":"u","event":"E","writeKey":null}""", HttpStatusCode.Unauthorized },
        { null, """{"userId":"u","event":"E","writeKey":"\ud800"}""", HttpStatusCode.Unauthorized },
        { IngestHost.Basic("wk_other"), """{"userId":"u","event":"E","writeKey":"wk_test"}""", HttpStatusCode.Unauthorized },
        { IngestHost.Basic("wk_test", "password"), Track, HttpStatusCode.Unauthorized },
        { "Basic ***", Track, HttpStatusCode.Unauthorized },
        { "Bearer ", Track, HttpStatusCode.Unauthorized },
        { "Bearer " + new string('k', 1000), Track, HttpStatusCode.Unauthorized },
        { "wk_test", Track, HttpStatusCode.Unauthorized },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task The_write_key_is_found_in_the_header_or_else_in_the_body(string? authorization, string body, HttpStatusCode expected)
    {
        var response = await host.PostAsync("/v1/track", body, request => Authorize(request, authorization));

        Assert.Equal(expected, response.StatusCode);
        if (expected == HttpStatusCode.Unauthorized) await IngestHost.ProblemAsync(response, expected, "unauthorized");
        Assert.Equal(expected == HttpStatusCode.OK ? 1 : 0, host.Ingest.Events.Count);
    }

    [Theory]
    [InlineData("/beacon/v1/batch?writeKey=wk_test", HttpStatusCode.OK)]
    [InlineData("/beacon/v1/batch?writeKey=other", HttpStatusCode.Unauthorized)]
    [InlineData("/beacon/v1/batch", HttpStatusCode.Unauthorized)]
    [InlineData("/v1/batch?writeKey=wk_test", HttpStatusCode.Unauthorized)]
    public async Task A_beacon_may_have_its_key_in_the_query(string path, HttpStatusCode expected)
    {
        var response = await host.PostAsync(path, """{"batch":[{"type":"page","userId":"u"}]}""", request => Authorize(request, null));

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_once_and_the_configured_one_stays()
    {
        host.Keys.Replace([new KeyedSource(new Source("s1", "shop"), WriteKeys.Hash("wk_shop"))]);
        var before = await host.PostAsync("/v1/track", Track, request => Authorize(request, "Bearer wk_shop"));
        host.Keys.Replace([]);
        var after = await host.PostAsync("/v1/track", Track, request => Authorize(request, "Bearer wk_shop"));
        var configured = await host.PostAsync("/v1/track", Track);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.OK], [before.StatusCode, after.StatusCode, configured.StatusCode]);
        Assert.Equal(["shop", "default"], host.Ingest.Events.Select(one => one.Source));
    }

    [Theory]
    [InlineData("https://shop.example", HttpStatusCode.OK)]
    [InlineData(null, HttpStatusCode.OK)]
    [InlineData("https://other.example", HttpStatusCode.Forbidden)]
    public async Task A_source_may_serve_some_origins_only(string? origin, HttpStatusCode expected)
    {
        host.Keys.Replace([new KeyedSource(new Source("s1", "shop") { AllowedOrigins = ["https://shop.example"] }, WriteKeys.Hash("wk_shop"))]);
        var response = await host.PostAsync("/v1/track", Track, request =>
        {
            Authorize(request, "Bearer wk_shop");
            if (origin is not null) request.Headers.Add("Origin", origin);
        });

        Assert.Equal(expected, response.StatusCode);
        var isShown = response.Headers.Contains("Access-Control-Allow-Origin");
        Assert.Equal(expected == HttpStatusCode.OK, isShown);
        if (expected == HttpStatusCode.Forbidden) Assert.Equal("urn:cdp:error:origin-not-allowed", (await IngestHost.JsonAsync(response)).GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_source_takes_only_the_names_it_may_send_and_the_neighbours_are_kept()
    {
        host.Keys.Replace([new KeyedSource(new Source("s1", "shop") { AllowedEvents = new HashSet<string> { "Order Completed" } }, WriteKeys.Hash("wk_shop"))]);
        var response = await host.PostAsync(
            "/v1/batch",
            """
            {"batch":[
                {"type":"track","userId":"u","event":"Order Completed"},
                {"type":"track","userId":"u","event":"Order completed","messageId":"m"},
                {"type":"page","userId":"u"},
                {"type":"identify","userId":"u","traits":{"a":1}}]}
            """,
            request => Authorize(request, "Bearer wk_shop"));
        var seed = await host.PostAsync("/api/track", """{"type":"page","userId":"u","event":"Looked"}""", request => Authorize(request, "Bearer wk_shop"));
        var other = await host.PostAsync("/api/events", """{"email":"a@b.example","type":"Looked"}""", request => Authorize(request, "Bearer wk_shop"));

        var answer = await IngestHost.JsonAsync(response);
        Assert.Equal(3, answer.GetProperty("accepted").GetInt32());
        var rejected = Assert.Single(answer.GetProperty("rejected").EnumerateArray());
        Assert.Equal((1, "m", "event"), (rejected.GetProperty("index").GetInt32(), rejected.GetProperty("messageId").GetString(), rejected.GetProperty("field").GetString()));
        Assert.Equal("event", await IngestHost.ProblemAsync(seed, HttpStatusCode.BadRequest, "invalid-field"));
        Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);
        Assert.Equal(3, host.Ingest.Events.Count);
    }

    [Fact]
    public async Task A_call_beyond_the_rate_is_turned_away_whole_and_visibly_and_one_that_is_let_in_is_never_cut()
    {
        host.Keys.Replace([new KeyedSource(new Source("s1", "shop") { RateLimit = new RateLimit(1, 2) }, WriteKeys.Hash("wk_shop"))]);
        var batch = $$"""{"batch":[{{string.Join(',', Enumerable.Repeat("""{"type":"page","userId":"u"}""", 600))}}]}""";

        var first = await host.PostAsync("/v1/batch", batch, request => Authorize(request, "Bearer wk_shop"));
        var second = await host.PostAsync("/v1/track", Track, request => Authorize(request, "Bearer wk_shop"));
        var inBody = await host.PostAsync("/v1/track", """{"userId":"u","event":"E","writeKey":"wk_shop"}""", request => Authorize(request, null));
        var others = await host.PostAsync("/v1/track", Track);

        Assert.Equal(600, (await IngestHost.JsonAsync(first)).GetProperty("accepted").GetInt32());
        foreach (var response in new[] { second, inBody })
        {
            await IngestHost.ProblemAsync(response, HttpStatusCode.TooManyRequests, "rate-limited");
            Assert.InRange(int.Parse(response.Headers.GetValues("Retry-After").Single(), CultureInfo.InvariantCulture), 300, 600);
            Assert.Equal("Retry-After", response.Headers.GetValues("Access-Control-Expose-Headers").Single());
        }

        Assert.Equal(HttpStatusCode.OK, others.StatusCode);
        Assert.Equal(601, host.Ingest.Events.Count);
    }

    [Theory]
    [InlineData("/v1/batch", "POST, OPTIONS")]
    [InlineData("/v1/t", "POST, OPTIONS")]
    [InlineData("/v1/m", "POST, OPTIONS")]
    [InlineData("/beacon/v1/batch", "POST, OPTIONS")]
    [InlineData("/api/track", "POST, OPTIONS")]
    [InlineData("/api/events", "POST, OPTIONS")]
    [InlineData("/v1/projects/wk_test/settings", "GET, OPTIONS")]
    [InlineData("/sourceConfig/", "GET, OPTIONS")]
    [InlineData("/v1/merge", "POST, OPTIONS")]
    public async Task A_preflight_needs_no_key_and_names_the_headers_clients_send(string path, string methods)
    {
        var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Origin", "https://shop.example");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "anonymousid,authorization,content-type,rsa-retry-attempt,sentat,x-evil");
        var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var allowed = response.Headers.GetValues("Access-Control-Allow-Headers").Single().Split(", ");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal(methods, response.Headers.GetValues("Access-Control-Allow-Methods").Single());
        Assert.Superset(
            new HashSet<string> { "authorization", "content-type", "x-retry-count", "anonymousid", "sentat", "rsa-retry-attempt", "idempotency-key", "x-write-key", "x-ip-policy", "x-enable-debug" },
            allowed.ToHashSet());
        Assert.DoesNotContain("x-evil", allowed);
    }

    private static void Authorize(HttpRequestMessage request, string? authorization)
    {
        request.Headers.Remove("Authorization");
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
    }
}
