using System.Security.Cryptography;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Routes;
using Microsoft.Net.Http.Headers;

namespace CdpPipeline.Api.Browser;

/// <summary>Maps <c>GET /cdp.js</c>, the snippet for web pages, with an ETag. It is public: the key comes from the page.</summary>
public static class BrowserApi
{
    private const string Resource = "cdp.js";

    public static IEndpointRouteBuilder MapBrowser(this IEndpointRouteBuilder endpoints)
    {
        var script = Load();
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(script).AsSpan(0, 8))}\"");
        endpoints.Map("/cdp.js", context => AnswerAsync(context, script, tag)).WithDisplayName("GET /cdp.js").Serving(HttpMethods.Get);
        return endpoints;
    }

    private static byte[] Load()
    {
        using var stream = typeof(BrowserApi).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is not in the assembly.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static async Task AnswerAsync(HttpContext context, byte[] script, EntityTagHeaderValue tag)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            await ProblemResponse.WriteAsync(context, Problems.MethodNotAllowed);
            return;
        }

        var headers = context.Response.GetTypedHeaders();
        headers.ETag = tag;
        headers.CacheControl = new CacheControlHeaderValue { Public = true, MaxAge = TimeSpan.FromHours(1) };
        context.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        context.Response.Headers.AccessControlAllowOrigin = "*";
        if (context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false) || known == EntityTagHeaderValue.Any))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.ContentType = "text/javascript; charset=utf-8";
        context.Response.ContentLength = script.Length;
        await context.Response.BodyWriter.WriteAsync(script, context.RequestAborted);
    }
}
