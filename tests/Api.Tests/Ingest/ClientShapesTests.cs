using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;

namespace CdpPipeline.Api.Tests.Ingest;

/// <summary>Requests as the published client libraries put them on the wire, against the whole host.</summary>
public sealed class ClientShapesTests : IAsyncLifetime
{
    private ApiHost host = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => host = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [InlineData("segment node", "/v1/batch", "application/json", """
        {"batch":[{"type":"track","event":"Bought","userId":"ada","properties":{},"context":{"library":{"name":"@segment/analytics-node","version":"3.1.0"}},
          "messageId":"node-next-1","timestamp":"2026-01-01T00:00:00.000Z","integrations":{},"_metadata":{"nodeVersion":"20.20.2","jsRuntime":"node"}}],
         "writeKey":"wk_test","sentAt":"2026-01-01T00:00:01.000Z"}
        """)]
    [InlineData("analytics-node 6", "/v1/batch", "application/json", """
        {"batch":[{"userId":"ada","event":"Bought","context":{"library":{"name":"analytics-node","version":"6.2.0"}},"_metadata":{"nodeVersion":"20.20.2"},
          "type":"track","timestamp":"2026-01-01T00:00:00.000Z","messageId":"node-1"}],"timestamp":"2026-01-01T00:00:01.000Z","sentAt":"2026-01-01T00:00:01.000Z"}
        """)]
    [InlineData("rudder node", "/v1/batch", "application/json", """
        {"batch":[{"userId":"ada","event":"Bought","context":{"library":{"name":"x","version":"1"}},"type":"track","channel":"server","messageId":"r1",
          "originalTimestamp":"2026-01-01T00:00:00.000Z","sentAt":"2026-01-01T00:00:01.000Z"}],"timestamp":"2026-01-01T00:00:01.000Z","sentAt":"2026-01-01T00:00:01.000Z"}
        """)]
    [InlineData("segment browser", "/v1/t", "text/plain", """
        {"timestamp":"2026-01-01T00:00:00.000Z","integrations":{},"userId":"ada","anonymousId":"a-1","event":"Bought","type":"track","properties":{},
         "context":{"page":{"path":"/"}},"messageId":"ajs-next-1","writeKey":"wk_test","sentAt":"2026-01-01T00:00:01.000Z","_metadata":{"bundled":["Segment.io"]}}
        """)]
    [InlineData("segment browser, batching", "/v1/b", "text/plain", """
        {"writeKey":"wk_test","batch":[{"timestamp":"2026-01-01T00:00:00.000Z","userId":"ada","anonymousId":"a-1","event":"Bought","type":"track","properties":{},
         "context":{},"messageId":"ajs-next-2","writeKey":"wk_test","_metadata":{}}],"sentAt":"2026-01-01T00:00:01.000Z"}
        """)]
    [InlineData("rudder browser", "/v1/track", "application/json;charset=UTF-8", """
        {"type":"track","event":"Bought","properties":{},"channel":"web","context":{"traits":{},"sessionId":1},"originalTimestamp":"2026-01-01T00:00:00.000Z",
         "integrations":{"All":true},"messageId":"rb1","userId":"ada","anonymousId":"a-1","sentAt":"2026-01-01T00:00:01.000Z"}
        """)]
    [InlineData("rudder browser, batch", "/v1/batch", "application/json;charset=UTF-8", """
        {"batch":[{"type":"track","event":"Bought","userId":"ada","anonymousId":"a-1","messageId":"rb2","originalTimestamp":"2026-01-01T00:00:00.000Z",
         "sentAt":"2026-01-01T00:00:01.000Z"}],"sentAt":"2026-01-01T00:00:01.000Z"}
        """)]
    public async Task What_a_library_sends_with_its_key_in_the_header_is_stored_once_however_often_it_is_sent(
        string library, string path, string contentType, string body)
    {
        var sentAt = TimeProvider.System.GetUtcNow();
        foreach (var attempt in new[] { 0, 1, 2 })
        {
            using var response = await SendAsync(path, contentType, body, headers: attempt == 0 ? [] : [("X-Retry-Count", $"{attempt}"), ("rsa-retry-attempt", $"{attempt}")]);
            Assert.True(response.StatusCode == HttpStatusCode.OK, $"{library}: {response.StatusCode}");
        }

        var stored = Assert.Single(await EventsAsync("userId:ada"));
        Assert.Equal(("track", "Bought"), (stored.GetProperty("type").GetString(), stored.GetProperty("name").GetString()));

        // It happened a second before it was sent, whatever the client's clock says.
        var corrected = stored.GetProperty("timestamp").GetDateTimeOffset();
        Assert.InRange(corrected, sentAt.AddSeconds(-2), TimeProvider.System.GetUtcNow().AddSeconds(-1));
    }

    [Fact]
    public async Task RudderStacks_node_library_says_form_data_and_sends_gzip_of_JSON()
    {
        var body = """{"batch":[{"type":"identify","userId":"ada","traits":{"plan":"pro"},"context":{"traits":{"plan":"pro"}},"messageId":"m1","originalTimestamp":"2026-01-01T00:00:00Z"}]}""";
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(body));

        using var response = await SendAsync("/v1/batch", "application/x-www-form-urlencoded", packed.ToArray(), Basic, [], isGzip: true);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("pro", (await host.GetAsync("/api/profiles/userId:ada")).GetProperty("traits").GetProperty("plan").GetString());
    }

    [Fact]
    public async Task RudderStacks_browser_library_has_traits_in_the_context_only_and_an_empty_userId_for_nobody()
    {
        await SendAsync("/v1/page", "application/json;charset=UTF-8", """{"type":"page","name":"Home","userId":"","anonymousId":"a-1","messageId":"m1","originalTimestamp":"2026-01-01T00:00:00Z"}""");
        await SendAsync("/v1/identify", "application/json;charset=UTF-8", """{"type":"identify","userId":"ada","anonymousId":"a-1","messageId":"m2","context":{"traits":{"plan":"pro","email":"ada@example.com"}},"originalTimestamp":"2026-01-01T00:00:01Z"}""");

        var profile = await host.GetAsync("/api/profiles/anonymousId:a-1");
        Assert.Equal(("ada", "ada@example.com"), (profile.GetProperty("userId").GetString(), profile.GetProperty("email").GetString()));
        Assert.Equal("pro", profile.GetProperty("traits").GetProperty("plan").GetString());
        Assert.Equal(2, profile.GetProperty("eventCount").GetInt32());
    }

    [Fact]
    public async Task A_key_in_the_body_or_in_a_beacons_query_is_as_good_as_one_in_the_header()
    {
        // Hightouch's browser library; RudderStack's beacon.
        using var body = await SendAsync("/v1/track", "application/json", """{"type":"track","event":"E","userId":null,"anonymousId":"a-1","messageId":"m1","writeKey":"wk_test"}""", authorization: null);
        using var query = await SendAsync("/beacon/v1/batch?writeKey=wk_test", "text/plain", """{"batch":[{"type":"track","event":"E","userId":"","anonymousId":"a-1","messageId":"m2"}],"sentAt":"2026-01-01T00:00:00Z"}""", authorization: null);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (body.StatusCode, query.StatusCode));
        Assert.Equal(2, (await EventsAsync("anonymousId:a-1")).Count);
    }

    [Fact]
    public async Task An_alias_of_somebody_to_herself_changes_nothing_and_one_of_an_anonymous_visitor_names_her()
    {
        await SendAsync("/v1/t", "text/plain", """{"event":"Seen","userId":null,"anonymousId":"a-1","messageId":"m1"}""");
        using var herself = await SendAsync("/v1/a", "text/plain", """{"type":"alias","userId":"ada","previousId":"ada","anonymousId":"a-2","messageId":"m2"}""");
        using var named = await SendAsync("/v1/a", "text/plain", """{"type":"alias","userId":"grace","previousId":"a-1","anonymousId":"a-1","messageId":"m3"}""");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (herself.StatusCode, named.StatusCode));
        Assert.Equal("grace", (await host.GetAsync("/api/profiles/anonymousId:a-1")).GetProperty("userId").GetString());
        Assert.Empty((await host.GetAsync("/api/profiles/userId:ada")).GetProperty("mergedIds").EnumerateArray());
    }

    [Theory]
    [InlineData("/sourceConfig/?p=npm&v=3.34.1&build=modern&writeKey=wk_test&lockIntegrationsVersion=false", true)]
    [InlineData("/sourceConfig?p=android&v=1.0", true)]
    [InlineData("/sourceConfig/?writeKey=wk_test", false)]
    public async Task RudderStacks_libraries_are_told_that_the_source_is_on_and_needs_nothing_else(string path, bool isInHeader)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (isInHeader) request.Headers.Add("Authorization", Basic);
        using var response = await host.Client.SendAsync(request, Cancelled);

        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        var source = (await ApiHost.ReadAsync(response, HttpStatusCode.OK)).GetProperty("source");
        Assert.Equal(("default", "wk_test"), (source.GetProperty("id").GetString(), source.GetProperty("writeKey").GetString()));
        Assert.True(source.GetProperty("enabled").GetBoolean());
        Assert.Equal(JsonValueKind.Object, source.GetProperty("config").ValueKind);
        Assert.Empty(source.GetProperty("destinations").EnumerateArray());
    }

    [Theory]
    [InlineData("/sourceConfig/")]
    [InlineData("/sourceConfig/?writeKey=other")]
    public async Task Without_a_key_there_is_no_source_config(string path)
    {
        using var response = await host.SendAsync(HttpMethod.Get, path, key: null);

        await IngestHost.ProblemAsync(response, HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Theory]
    [InlineData("http://example.test")]
    [InlineData("null")]
    public async Task No_path_redirects_and_every_answer_can_be_read_by_a_page(string origin)
    {
        foreach (var path in new[] { "/v1/batch", "/v1/batch/", "/V1/Batch", "/v1/t", "/v1/track/", "/v1/m", "/v1/nothing", "/beacon/v1/batch", "/beacon/v1/batch/", "/v1/projects/wk_test/settings", "/sourceConfig", "/v1" })
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Put, HttpMethod.Head, HttpMethod.Options })
            {
                using var request = new HttpRequestMessage(method, path);
                request.Headers.Add("Origin", origin);
                using var response = await host.Client.SendAsync(request, Cancelled);
                Assert.True((int)response.StatusCode is < 300 or >= 400, $"{method} {path}: {response.StatusCode}");
                Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
                Assert.Equal("Retry-After", response.Headers.GetValues("Access-Control-Expose-Headers").Single());
            }
        }
    }

    private static string Basic => IngestHost.Basic(ApiHost.WriteKey);

    private Task<HttpResponseMessage> SendAsync(string path, string contentType, string body, params (string Name, string Value)[] headers) =>
        SendAsync(path, contentType, Encoding.UTF8.GetBytes(body), Basic, headers);

    private Task<HttpResponseMessage> SendAsync(string path, string contentType, string body, string? authorization) =>
        SendAsync(path, contentType, Encoding.UTF8.GetBytes(body), authorization, []);

    private async Task<HttpResponseMessage> SendAsync(
        string path, string contentType, byte[] body, string? authorization, (string Name, string Value)[] headers, bool isGzip = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (isGzip) request.Content.Headers.Add("Content-Encoding", "gzip");
        if (authorization is not null) request.Headers.Add("Authorization", authorization);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        return await host.Client.SendAsync(request, Cancelled);
    }

    private async Task<List<JsonElement>> EventsAsync(string reference) =>
        [.. (await host.GetAsync($"/api/profiles/{Uri.EscapeDataString(reference)}/events")).GetProperty("events").EnumerateArray()];
}
