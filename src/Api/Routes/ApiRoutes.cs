using CdpPipeline.Api.Audit;
using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Errors;

namespace CdpPipeline.Api.Routes;

/// <summary>
/// Maps the paths of the API: method, then key, then the audit log where it is an act, then the call itself, with no model binding in between. A wrong method answers 405 and an
/// unknown path 404, with or without a key.
/// </summary>
internal static class ApiRoutes
{
    public static void Serve(this IEndpointRouteBuilder endpoints, string path, params ApiRoute[] routes)
    {
        var gate = endpoints.ServiceProvider.GetRequiredService<ApiGate>();
        var trail = endpoints.ServiceProvider.GetRequiredService<AuditTrail>();
        var methods = string.Join(", ", routes.Select(route => route.Method));
        var allow = string.Join(", ", routes.Select(route => HttpMethods.IsGet(route.Method) ? "GET, HEAD" : route.Method));
        endpoints.Map(path, context => AnswerAsync(context, gate, trail, routes, allow)).WithDisplayName($"{methods} {path}").Serving([.. routes.Select(route => route.Method)]);
    }

    /// <summary>Answers 404 in JSON for every path under <c>/api</c> that nothing else takes.</summary>
    public static void ServeUnknown(this IEndpointRouteBuilder endpoints) =>
        endpoints.Map("/api/{**path}", context => ProblemResponse.WriteAsync(context, Problems.NotFound)).WithDisplayName("unknown /api");

    private static Task AnswerAsync(HttpContext context, ApiGate gate, AuditTrail trail, ApiRoute[] routes, string allow)
    {
        foreach (var route in routes)
        {
            if (!route.Takes(context.Request.Method)) continue;
            if (route.Access is not { } needed) return route.Call(context);
            if (gate.Check(context, needed, out var caller) is { } problem) return ProblemResponse.WriteAsync(context, problem);
            return route.Action is { } action && route.IsAct?.Invoke(context.Request) != false
                ? trail.CallAsync(context, caller, action, route.Call)
                : route.Call(context);
        }

        context.Response.Headers.Allow = allow;
        return ProblemResponse.WriteAsync(context, Problems.MethodNotAllowed);
    }
}
