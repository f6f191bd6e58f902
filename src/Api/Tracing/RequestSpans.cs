using System.Collections.Frozen;
using System.Diagnostics;
using CdpPipeline.Grains.Interfaces;
using Microsoft.Extensions.Primitives;

namespace CdpPipeline.Api.Tracing;

/// <summary>
/// The span of a call: its method, its route as it was mapped, and its status; nothing else of what came in. Its parent is the caller's, by the W3C header
/// <c>traceparent</c>; <c>tracestate</c> and <c>baggage</c> are not read, since anything may be in them.
/// </summary>
internal static class RequestSpans
{
    // A method is what a client writes; any other is told as OpenTelemetry has it.
    private static readonly FrozenSet<string> Methods = new[] { "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT" }.ToFrozenSet(StringComparer.Ordinal);

    public static async Task CallAsync(HttpContext context, RequestDelegate next)
    {
        using var span = Spans.Source.StartActivity("HTTP", ActivityKind.Server, ParentOf(context.Request.Headers.TraceParent));
        if (span is not { IsAllDataRequested: true })
        {
            await next(context);
            return;
        }

        // Before anybody takes it away, as who answers exceptions does.
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        var method = Methods.Contains(context.Request.Method) ? context.Request.Method : null;
        span.DisplayName = route is null ? method ?? "HTTP" : $"{method ?? "HTTP"} {route}";
        span.SetTag("http.request.method", method ?? "_OTHER").SetTag("http.route", route);
        try
        {
            await next(context);
        }
        finally
        {
            var status = context.Response.StatusCode;
            span.SetTag("http.response.status_code", status);
            if (status >= StatusCodes.Status500InternalServerError) span.SetStatus(ActivityStatusCode.Error);
        }
    }

    private static ActivityContext ParentOf(StringValues header) =>
        header.Count == 1 && ActivityContext.TryParse(header[0], traceState: null, isRemote: true, out var parent) ? parent : default;
}
