using System.Text.Json;
using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Ingest;
using CdpPipeline.Api.Routes;
using Microsoft.Extensions.Options;

namespace CdpPipeline.Api.Browser;

/// <summary>
/// Maps the scripts for web pages, for everybody: <c>GET /cdp.js</c>, whose key comes from the page, and where Segment's script-tag snippet looks
/// for its library, <c>GET /analytics.js/v1/{writeKey}/analytics.min.js</c>, which is 404 for a key that is not good, as at Segment.
/// </summary>
public static class BrowserApi
{
    private const string Resource = "cdp.js";

    // The last one starts what the others define.
    private static readonly string[] SnippetResources =
        [Resource, "segment/arguments.js", "segment/visitor.js", "segment/page.js", "segment/links.js", "segment/analytics.js"];

    public static IEndpointRouteBuilder MapBrowser(this IEndpointRouteBuilder endpoints)
    {
        endpoints.Serve("/cdp.js", BrowserScript.Of([Resource]).AnswerAsync);

        var keys = endpoints.ServiceProvider.GetRequiredService<IWriteKeys>();
        var publicUrl = endpoints.ServiceProvider.GetRequiredService<IOptions<IngestOptions>>().Value.PublicUrl;
        var analytics = BrowserScript.Of(SnippetResources, $"globalThis[Symbol.for('cdp.js')].start({JsonSerializer.Serialize(publicUrl)});\n");
        foreach (var file in new[] { "analytics.min.js", "analytics.js" })
        {
            endpoints.Serve("/analytics.js/v1/{writeKey}/" + file, context =>
            {
                if (keys.TryFindSource(context.Request.RouteValues["writeKey"] as string, out _)) return analytics.AnswerAsync(context);

                // A key made a moment ago on another node must not be unknown for longer than that.
                context.Response.Headers.CacheControl = "no-store";
                return ProblemResponse.WriteAsync(context, Problems.NotFound);
            });
        }

        return endpoints;
    }

    private static void Serve(this IEndpointRouteBuilder endpoints, string path, RequestDelegate call) =>
        endpoints.Map(path, context => AnswerAsync(context, call)).WithDisplayName($"GET {path}").Serving(HttpMethods.Get);

    private static Task AnswerAsync(HttpContext context, RequestDelegate call)
    {
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)) return call(context);
        context.Response.Headers.Allow = "GET, HEAD";
        return ProblemResponse.WriteAsync(context, Problems.MethodNotAllowed);
    }
}
