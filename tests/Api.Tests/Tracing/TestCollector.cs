using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace CdpPipeline.Api.Tests.Tracing;

/// <summary>An OpenTelemetry collector on a loopback port that keeps the traces that it is sent.</summary>
internal sealed class TestCollector : IAsyncDisposable
{
    private readonly ConcurrentQueue<byte[]> bodies = new();
    private readonly WebApplication app;

    private TestCollector(WebApplication app)
    {
        this.app = app;
        app.MapPost("/v1/metrics", context => AnswerAsync(context, keep: false));
        app.MapPost("/v1/traces", context => AnswerAsync(context, keep: true));
    }

    /// <summary>What makes a host send to it, and every trace that its caller wants recorded, and of its own this share.</summary>
    public (string Key, string Value)[] Settings(string sampledRatio) =>
        [("OTEL_EXPORTER_OTLP_ENDPOINT", app.Urls.Single()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("Cdp:Tracing:SampledRatio", sampledRatio)];

    public IReadOnlyList<SentSpan> Spans => [.. bodies.SelectMany(SentSpan.Read)];

    /// <summary>Everything as it came, a character for each byte.</summary>
    public string Bytes => string.Concat(bodies.Select(Encoding.Latin1.GetString));

    public static async Task<TestCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = new TestCollector(builder.Build());
        await collector.app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, bool keep)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, CancellationToken.None);
        if (keep) bodies.Enqueue(body.ToArray());
        context.Response.ContentType = "application/x-protobuf";
    }
}
