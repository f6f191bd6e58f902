using System.Net;
using System.Text;
using CdpPipeline.Api.Hosting;

namespace CdpPipeline.Api.Tests.Tracing;

public sealed class OtlpTracesTests
{
    private const string Mark = "xk4vq";
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Caller = "00f067aa0ba902b7";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_is_traced_from_its_caller_down_to_the_transaction_that_stores_its_events()
    {
        await using var collector = await TestCollector.StartAsync();
        await using (var host = await ApiHost.StartAsync(collector.Settings(sampledRatio: "0")))
        {
            await SendAsync(host, HttpMethod.Post, "/v1/batch", """{"batch":[{"type":"track","userId":"u","event":"E","messageId":"1"},{"type":"track","userId":"u","event":"E","messageId":"1"},{"type":"track"}]}""", "01");
            await SendAsync(host, HttpMethod.Post, "/v1/track", """{"userId":"u","event":"E"}""", "00");
            await host.IngestAsync("""{"userId":"u","event":"E"}""");
        }

        // Neither the call whose caller records nothing, nor the one that begins a trace where none are begun.
        var spans = collector.Spans;
        Assert.Equal(["POST /v1/batch", "append", "commit", "ingest"], spans.Select(span => span.Name).Order(StringComparer.Ordinal));
        Assert.All(spans, span => Assert.Equal(Trace, span.TraceId));
        var (call, ingest, append, commit) = (One("POST /v1/batch"), One("ingest"), One("append"), One("commit"));
        Assert.Equal([Caller, call.SpanId, ingest.SpanId, append.SpanId], new[] { call, ingest, append, commit }.Select(span => span.ParentId));
        Assert.Equal(["POST", "/v1/batch", "200", "1"], new[] { "http.request.method", "http.route", "http.response.status_code", "cdp.events.rejected" }.Select(tag => call.Tags[tag]));
        Assert.Equal(["2", "1", "1"], new[] { "cdp.events", "cdp.events.stored", "cdp.events.duplicate" }.Select(tag => ingest.Tags[tag]));
        Assert.Equal("Committed", append.Tags["cdp.outcome"]);
        Assert.Equal("1", commit.Tags["cdp.appends"]);

        SentSpan One(string name) => Assert.Single(spans, span => span.Name == name);
    }

    [Fact]
    public async Task No_span_says_who_or_what()
    {
        await using var collector = await TestCollector.StartAsync();
        await using (var host = await ApiHost.StartAsync([.. collector.Settings(sampledRatio: "0"), ("Cdp:WriteKey", $"wk_{Mark}"), ("Cdp:ApiKey", $"ak_{Mark}")]))
        {
            var call = $$$"""{"type":"track","userId":"{{{Mark}}}","event":"{{{Mark}}}","messageId":"{{{Mark}}}","properties":{"{{{Mark}}}":"{{{Mark}}}"},"context":{"traits":{"email":"{{{Mark}}}@example.com"} } }""";
            await SendAsync(host, HttpMethod.Post, $"/v1/batch?writeKey={Mark}", $$$"""{"batch":[{{{call}}},{"type":"{{{Mark}}}"}]}""", "01", $"wk_{Mark}");
            await SendAsync(host, HttpMethod.Post, "/v1/track", call, "01", Mark);
            await SendAsync(host, HttpMethod.Get, $"/v1/projects/wk_{Mark}/settings", null, "01");
            await SendAsync(host, HttpMethod.Get, $"/api/profiles/userId:{Mark}", null, "01", $"ak_{Mark}");
            await SendAsync(host, HttpMethod.Get, $"/api/profiles?search={Mark}", null, "01", $"ak_{Mark}");
            await SendAsync(host, HttpMethod.Get, $"/{Mark}", null, "01");
            await SendAsync(host, HttpMethod.Get, $"/api/{Mark}", null, "01");
            await SendAsync(host, new HttpMethod(Mark), "/healthz", null, "01");
            await SendAsync(host, HttpMethod.Post, "/api/segments", $$"""{"name":"{{Mark}}","where":"did('{{Mark}}')"}""", "01", $"ak_{Mark}");
        }

        var names = collector.Spans.Select(span => span.Name).ToList();
        foreach (var name in new[] { "POST /v1/batch", "GET /v1/projects/{writeKey}/settings", "GET /api/profiles/{reference}", "GET", "GET /api/{**path}", "HTTP /healthz", "POST /api/segments" })
            Assert.Contains(name, names);
        Assert.DoesNotContain(Mark, collector.Bytes, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Work_beside_calls_begins_traces_of_its_own()
    {
        await using var collector = await TestCollector.StartAsync();
        await using (var host = await ApiHost.StartAsync(collector.Settings(sampledRatio: "1")))
        {
            await host.IngestAsync("""{"userId":"u","event":"E"}""");
            await host.SegmentAsync("""{"name":"Did E","filter":{"event":"E"}}""");
        }

        var page = collector.Spans.First(span => span.Name == "backfill.page" && span.Tags["cdp.people"] != "0");
        Assert.Equal("", page.ParentId);
        Assert.Contains(collector.Spans, span => span.Name == "POST /v1/track" && span.ParentId == "");
    }

    [Fact]
    public async Task A_share_that_is_none_stops_the_start()
    {
        var exception = await Assert.ThrowsAsync<SettingException>(() => ApiHost.StartAsync(("Cdp:Tracing:SampledRatio", "2")));

        Assert.Equal("Cdp:Tracing:SampledRatio is 2; set it between 0 and 1, e.g. 0.01 for one trace of a hundred.", exception.Message);
    }

    private static async Task SendAsync(ApiHost host, HttpMethod method, string path, string? body, string flags, string key = ApiHost.WriteKey)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        request.Headers.TryAddWithoutValidation("traceparent", $"00-{Trace}-{Caller}-{flags}");
        request.Headers.TryAddWithoutValidation("tracestate", $"{Mark}={Mark}");
        request.Headers.TryAddWithoutValidation("baggage", $"{Mark}={Mark}");
        using var answer = await host.Client.SendAsync(request, Cancelled);
        Assert.NotEqual(HttpStatusCode.InternalServerError, answer.StatusCode);
    }
}
