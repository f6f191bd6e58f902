using System.Net;
using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Routes;

namespace CdpPipeline.Api.Metrics;

/// <summary>Maps <c>GET /metrics</c>. It takes an API key of any role, unless the question comes from this machine itself.</summary>
public static class MetricsApi
{
    // With any of these somebody else asks, through a proxy on this machine.
    private static readonly string[] ProxyHeaders = ["X-Forwarded-For", "X-Original-For", "X-Real-IP", "Forwarded"];

    public static IEndpointRouteBuilder MapMetrics(this IEndpointRouteBuilder endpoints)
    {
        var gate = endpoints.ServiceProvider.GetRequiredService<ApiGate>();
        var reader = endpoints.ServiceProvider.GetRequiredService<MetricsReader>();
        endpoints.Map("/metrics", context => AnswerAsync(context, gate, reader)).WithDisplayName("GET /metrics").Serving(HttpMethods.Get);
        return endpoints;
    }

    internal static bool IsLocal(IPAddress? remote, IHeaderDictionary headers) =>
        remote is not null && IPAddress.IsLoopback(remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote) && !Array.Exists(ProxyHeaders, headers.ContainsKey);

    private static Task AnswerAsync(HttpContext context, ApiGate gate, MetricsReader reader)
    {
        var (request, response) = (context.Request, context.Response);
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            response.Headers.Allow = "GET, HEAD";
            return ProblemResponse.WriteAsync(context, Problems.MethodNotAllowed);
        }

        if (!IsLocal(context.Connection.RemoteIpAddress, request.Headers) && gate.Check(context, ApiAccess.Read) is { } problem)
            return ProblemResponse.WriteAsync(context, problem);
        var body = reader.Read();
        response.ContentType = PrometheusText.ContentType;
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        return response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
