using System.Net;
using CdpPipeline.Api.Hosting;
using Microsoft.AspNetCore.Http;

namespace CdpPipeline.Api.Tests.Metrics;

public sealed class MetricsApiTests
{
    [Fact]
    public async Task Whoever_asks_through_a_proxy_needs_a_key()
    {
        await using var host = await ApiHost.StartAsync();
        var read = (await host.PostAsync("/api/keys", """{"name":"scraper","role":"read"}""", HttpStatusCode.Created)).GetProperty("key").GetString();

        Assert.Equal(HttpStatusCode.OK, await AskAsync(host, key: null));
        foreach (var header in new[] { "X-Forwarded-For", "X-Real-IP", "Forwarded" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(host, key: null, header));
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(host, "wrong", header));
            Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(host, ApiHost.WriteKey, header));
            Assert.Equal(HttpStatusCode.OK, await AskAsync(host, read, header));
            Assert.Equal(HttpStatusCode.OK, await AskAsync(host, ApiHost.AdminKey, header));
        }
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.8.9.1", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("192.168.1.5", false)]
    [InlineData("::ffff:192.168.1.5", false)]
    [InlineData(null, false)]
    public void Only_the_machine_itself_is_local(string? address, bool isLocal) =>
        Assert.Equal(isLocal, Api.Metrics.MetricsApi.IsLocal(address is null ? null : IPAddress.Parse(address), new HeaderDictionary()));

    [Fact]
    public async Task Another_method_is_not_allowed_with_or_without_a_key()
    {
        await using var host = await ApiHost.StartAsync();

        foreach (var key in new[] { null, ApiHost.AdminKey })
        {
            using var response = await host.SendAsync(HttpMethod.Post, "/metrics", "{}", key);
            Assert.Equal((HttpStatusCode.MethodNotAllowed, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
            Assert.Equal(["GET", "HEAD"], response.Content.Headers.Allow);
        }

        using var head = await host.SendAsync(HttpMethod.Head, "/metrics", key: null);
        Assert.Equal((HttpStatusCode.OK, 0), (head.StatusCode, (await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length));
        Assert.True(head.Content.Headers.ContentLength > 1_000);
    }

    [Fact]
    public async Task Two_hosts_in_one_process_count_apart()
    {
        await using var one = await ApiHost.StartAsync();
        await using var other = await ApiHost.StartAsync();

        await one.IngestAsync("""{"userId":"u","event":"E"}""");

        Assert.Equal(1, (await one.ScrapeAsync()).Sum("cdp_ingest_events_accepted_total"));
        Assert.Equal(0, (await other.ScrapeAsync()).Sum("cdp_ingest_events_accepted_total"));
        Assert.Equal(0, (await other.ScrapeAsync())["cdp_storage_group_appends_sum"]);
    }

    [Fact]
    public async Task An_endpoint_that_is_no_url_stops_the_start() =>
        Assert.Contains(
            "OTEL_EXPORTER_OTLP_ENDPOINT is 'collector'",
            (await Assert.ThrowsAsync<SettingException>(() => ApiHost.StartAsync(("OTEL_EXPORTER_OTLP_ENDPOINT", "collector")))).Message,
            StringComparison.Ordinal);

    private static async Task<HttpStatusCode> AskAsync(ApiHost host, string? key, string? header = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        if (header is not null) request.Headers.Add(header, "203.0.113.7");
        if (key is not null) request.Headers.Add("Authorization", $"Bearer {key}");
        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
