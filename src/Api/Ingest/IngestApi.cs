using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.Events;

namespace CdpPipeline.Api.Ingest;

/// <summary>
/// Maps the paths that clients send events to. Every answer, errors included, carries CORS headers; a preflight needs no key; a
/// wrong method and an unknown <c>/v1</c> path answer JSON. Nothing here ever redirects.
/// </summary>
public static class IngestApi
{
    private static readonly (string Name, string Letter, EventType Type)[] Calls =
    [
        ("track", "t", EventType.Track),
        ("identify", "i", EventType.Identify),
        ("page", "p", EventType.Page),
        ("screen", "s", EventType.Screen),
        ("group", "g", EventType.Group),
        ("alias", "a", EventType.Alias),
    ];

    public static IEndpointRouteBuilder MapIngest(this IEndpointRouteBuilder endpoints)
    {
        var calls = endpoints.ServiceProvider.GetRequiredService<IngestCalls>();
        var seedEvents = endpoints.ServiceProvider.GetRequiredService<SeedEventCalls>();
        var settings = endpoints.ServiceProvider.GetRequiredService<SettingsDocument>();
        var sourceConfig = endpoints.ServiceProvider.GetRequiredService<SourceConfig>();

        foreach (var (name, letter, type) in Calls)
        {
            var call = calls.One(type);
            endpoints.Take($"/v1/{name}", HttpMethods.Post, call);
            endpoints.Take($"/v1/{letter}", HttpMethods.Post, call);
        }

        // Jitsu's, of pages and of servers.
        var byName = Calls.ToDictionary(each => each.Name, each => calls.One(each.Type), StringComparer.Ordinal);
        foreach (var path in new[] { "/api/s/{call}", "/api/s/s2s/{call}" })
            endpoints.Take(path, HttpMethods.Post, context => byName.TryGetValue((string)context.Request.RouteValues["call"]!, out var call) ? call(context) : ProblemResponse.WriteAsync(context, Problems.NotFound));

        foreach (var path in new[] { "/v1/batch", "/v1/import", "/v1/b" }) endpoints.Take(path, HttpMethods.Post, calls.BatchAsync);
        endpoints.Take("/beacon/v1/batch", HttpMethods.Post, calls.BeaconAsync);
        endpoints.Take("/v1/projects/{writeKey}/settings", HttpMethods.Get, settings.GetAsync, isMeasured: false);
        endpoints.Take("/sourceConfig", HttpMethods.Get, sourceConfig.GetAsync, isMeasured: false);
        endpoints.Take("/api/track", HttpMethods.Post, calls.SeedAsync);
        endpoints.Take("/api/events", HttpMethods.Post, seedEvents.PostAsync);

        // The browser library's own metrics: welcome, and not kept.
        endpoints.Take("/v1/m", HttpMethods.Post, IngestAnswers.SuccessAsync, isMeasured: false);
        endpoints.Map("/v1/{**path}", NotFoundAsync).WithDisplayName("unknown /v1");
        return endpoints;
    }

    private static void Take(this IEndpointRouteBuilder endpoints, string path, string method, RequestDelegate call, bool isMeasured = true)
    {
        var errors = endpoints.ServiceProvider.GetRequiredService<ProblemExceptionHandler>();
        var metrics = isMeasured ? endpoints.ServiceProvider.GetRequiredService<IngestMetrics>() : null;
        endpoints.Map(path, context => AnswerAsync(context, method, call, errors, metrics)).WithDisplayName($"{method} {path}").Serving(method);
    }

    private static async Task AnswerAsync(HttpContext context, string method, RequestDelegate call, ProblemExceptionHandler errors, IngestMetrics? metrics)
    {
        CrossOrigin.Apply(context.Response);
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            CrossOrigin.Preflight(context, method);
            return;
        }

        // HEAD is a GET whose body the server drops.
        var isGet = HttpMethods.IsGet(method);
        if (!HttpMethods.Equals(context.Request.Method, method) && !(isGet && HttpMethods.IsHead(context.Request.Method)))
        {
            context.Response.Headers.Allow = isGet ? "GET, HEAD, OPTIONS" : $"{method}, OPTIONS";
            await ProblemResponse.WriteAsync(context, Problems.MethodNotAllowed);
            return;
        }

        var startedAt = metrics?.Begin() ?? 0;
        try
        {
            await call(context);
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            // Answered here and not by the host's middleware, which drops the CORS headers: browsers must see a 503 to retry it.
            await errors.TryHandleAsync(context, exception, context.RequestAborted);
        }
        finally
        {
            metrics?.End(startedAt, context.Response.StatusCode);
        }
    }

    private static Task NotFoundAsync(HttpContext context)
    {
        CrossOrigin.Apply(context.Response);
        if (!HttpMethods.IsOptions(context.Request.Method)) return ProblemResponse.WriteAsync(context, Problems.NotFound);

        // Without it a page can't see the 404 and takes it for a network that is down, which it tries again and again.
        CrossOrigin.Preflight(context, HttpMethods.Post);
        return Task.CompletedTask;
    }
}
