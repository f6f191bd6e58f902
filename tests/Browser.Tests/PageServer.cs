using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Browser.Tests;

/// <summary>
/// A web shop that has nothing to do with the host, on an origin of its own. <c>/bare</c> lacks the script and tells the shop that it runs,
/// <c>/auto</c> reports its own view, <c>/early</c> calls before the script is there; every other page just has it.
/// </summary>
internal sealed class PageServer : IAsyncDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly WebApplication app;
    private readonly SemaphoreSlim arrivals;

    private PageServer(WebApplication app, SemaphoreSlim arrivals)
    {
        this.app = app;
        this.arrivals = arrivals;
    }

    /// <summary>By name rather than number: also another site than the host's.</summary>
    public Uri Address => new($"http://localhost:{new Uri(app.Urls.Single()).Port}");

    public static async Task<PageServer> StartAsync(Uri script, string writeKey)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var arrivals = new SemaphoreSlim(0);
        app.Run(context =>
        {
            if (context.Request.Path == "/bare/runs")
            {
                arrivals.Release();
                return Task.CompletedTask;
            }

            context.Response.ContentType = "text/html; charset=utf-8";
            return context.Response.WriteAsync(Page(context.Request.Path, $"src='{script}' data-write-key='{writeKey}'"), context.RequestAborted);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new PageServer(app, arrivals);
    }

    /// <summary>Waits until a <c>/bare</c> that nobody has waited for yet runs in the browser; fails when none does.</summary>
    public async Task BareRunsAsync()
    {
        if (await arrivals.WaitAsync(LongestWait, TestContext.Current.CancellationToken)) return;
        Assert.Fail("The browser never ran the page without the script.");
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        arrivals.Dispose();
    }

    private static string Page(string path, string attributes) => $"<!doctype html><link rel=icon href=data:,><title>Shop {path}</title>" + path switch
    {
        "/bare" => "<script>fetch('/bare/runs', { method: 'POST' });</script>",
        "/auto" => $"<script {attributes} data-auto-page></script>",
        "/early" => $"<script>window.cdp = []; cdp.push(['identify', 'early-bird']); cdp.push(['track', 'Early', {{ n: 1 }}]);</script><script {attributes} async></script>",
        _ => $"<script {attributes}></script>",
    };
}
