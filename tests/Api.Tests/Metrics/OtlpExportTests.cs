using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace CdpPipeline.Api.Tests.Metrics;

public sealed class OtlpExportTests
{
    [Fact]
    public async Task A_collector_is_sent_the_same_metrics_at_the_latest_when_the_host_stops()
    {
        var sent = new ConcurrentQueue<(string Path, string Body)>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var collector = builder.Build();
        collector.MapPost("/v1/metrics", async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, TestContext.Current.CancellationToken);
            sent.Enqueue((context.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
            context.Response.ContentType = "application/x-protobuf";
        });
        await collector.StartAsync(TestContext.Current.CancellationToken);

        await using (var host = await ApiHost.StartAsync(("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Urls.Single()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")))
        {
            await host.IngestAsync("""{"userId":"u","event":"E"}""");
        }

        var body = string.Concat(sent.Select(one => one.Body));
        foreach (var name in new[] { "cdp-pipeline", "cdp.ingest.events.accepted", "cdp.storage.commit.duration", "cdp.identities.active", "dotnet.gc.collections" })
            Assert.Contains(name, body, StringComparison.Ordinal);
        Assert.DoesNotContain("kestrel.upgraded_connections", body, StringComparison.Ordinal);
    }
}
