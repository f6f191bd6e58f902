using System.Globalization;
using CdpPipeline.Clients.Tests.Libraries;
using CdpPipeline.Clients.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Clients.Tests.Browsers;

/// <summary>
/// A web site on an origin of its own, and another site than the server's: the pages of <c>Pages/</c>, each with one library as published,
/// pointed at the proxy. Every page makes the library look alike: <c>window.client</c>, and <c>window.isReady</c> once it has loaded.
/// </summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly WebApplication app;

    private Site(WebApplication app) => this.app = app;

    public static async Task<Site> StartAsync(FaultyProxy proxy)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(context => AnswerAsync(context, proxy.Address.ToString().TrimEnd('/')));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new Site(app);
    }

    public string AddressOf(string path) => string.Create(CultureInfo.InvariantCulture, $"http://localhost:{new Uri(app.Urls.Single()).Port}/{path}");

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }

    private static async Task AnswerAsync(HttpContext context, string server)
    {
        var library = context.Request.Path.Value switch
        {
            "/lib/segment/index.js" => Path.Combine(InstalledLibraries.Packages, "@segment", "analytics-next", "dist", "umd", "index.js"),
            "/lib/rudder/index.js" => Path.Combine(InstalledLibraries.Packages, "@rudderstack", "analytics-js", "dist", "npm", "modern", "bundled", "umd", "index.js"),
            // It fetches parts of itself from beside it.
            { } part when part.StartsWith("/lib/hightouch/", StringComparison.Ordinal) => Path.Combine(InstalledLibraries.Packages, "@ht-sdks", "events-sdk-js-browser", "dist", "umd", Path.GetFileName(part)),
            "/lib/cdp/index.js" => Path.GetFullPath(Path.Combine(InstalledLibraries.Folder, "..", "..", "clients", "js", "index.js")),
            "/lib/cdp/cdp.js" => Path.GetFullPath(Path.Combine(InstalledLibraries.Folder, "..", "..", "clients", "js", "cdp.js")),
            _ => null,
        };
        if (library is not null)
        {
            context.Response.ContentType = "text/javascript; charset=utf-8";
            await context.Response.SendFileAsync(library, context.RequestAborted);
            return;
        }

        var page = Path.Combine(InstalledLibraries.Folder, "Pages", Path.GetFileName(context.Request.Path.Value!) + ".html");
        if (!File.Exists(page))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var text = await File.ReadAllTextAsync(page, context.RequestAborted);
        context.Response.ContentType = "text/html; charset=utf-8";
        if (text.Contains("{{snippet", StringComparison.Ordinal)) text = await SegmentSnippet.FillAsync(text, server, RealServer.WriteKey);
        await context.Response.WriteAsync(
            text.Replace("{{server}}", server, StringComparison.Ordinal).Replace("{{writeKey}}", RealServer.WriteKey, StringComparison.Ordinal),
            context.RequestAborted);
    }
}
