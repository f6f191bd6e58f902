using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Errors;

namespace CdpPipeline.Api.Routes;

/// <summary>
/// Maps the paths of the API: method, then key, then the call itself, with no model binding in between. A wrong method answers 405 and an
/// unknown path 404, with or without a key.
/// </summary>
internal static class ApiRoutes
{
    public static void Serve(this IEndpointRouteBuilder endpoints, string path, params ApiRoute[] routes)
    {
        var gate = endpoints.ServiceProvider.GetRequiredService<ApiGate>();
        var allow = string.Join(", ", routes.Select(route => route.Method));
        endpoints.Map(path, context => AnswerAsync(context, gate, routes, allow)).WithDisplayName($"{allow} {path}").Serving([.. routes.Select(route => route.Method)]);
    }

    /// <summary>Answers 404 in JSON for every path under <c>/api</c> that nothing else takes.</summary>
    public static void ServeUnknown(this IEndpointRouteBuilder endpoints) =>
        endpoints.Map("/api/{**path}", context => ProblemResponse.WriteAsync(context, Problems.NotFound)).WithDisplayName("unknown /api");

    private static Task AnswerAsync(HttpContext context, ApiGate gate, ApiRoute[] routes, string allow)
    {
        foreach (var route in routes)
        {
            if (!route.Takes(context.Request.Method)) continue;
            return gate.Check(context.Request, route.Access) is { } problem ? ProblemResponse.WriteAsync(context, problem) : route.Call(context);
        }

        context.Response.Headers.Allow = allow;
        return ProblemResponse.WriteAsync(context, Problems.MethodNotAllowed);
    }
}
