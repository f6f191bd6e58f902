using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Routes;

namespace CdpPipeline.Api.Spaces;

/// <summary>
/// Maps Segment's Profile API for product code that was written against it: read only, for API keys of any role, the key as Basic user name.
/// There is one space, whatever it is called, and the collection <c>users</c>. Errors have Segment's shape. No CORS: it is for servers.
/// </summary>
public static class SpacesApi
{
    private const string Profile = "/v1/spaces/{space}/collections/users/profiles/{reference}";

    public static IServiceCollection AddSpaces(this IServiceCollection services) => services.AddSingleton<SpaceReads>().AddSingleton<SpaceEvents>();

    public static IEndpointRouteBuilder MapSpaces(this IEndpointRouteBuilder endpoints)
    {
        var reads = endpoints.ServiceProvider.GetRequiredService<SpaceReads>();
        var events = endpoints.ServiceProvider.GetRequiredService<SpaceEvents>();
        endpoints.Serve("traits", reads.TraitsAsync);
        endpoints.Serve("external_ids", reads.ExternalIdsAsync);
        endpoints.Serve("metadata", reads.MetadataAsync);
        endpoints.Serve("links", reads.LinksAsync);
        endpoints.Serve("events", events.GetAsync);
        return endpoints;
    }

    private static void Serve(this IEndpointRouteBuilder endpoints, string what, RequestDelegate call)
    {
        var gate = endpoints.ServiceProvider.GetRequiredService<ApiGate>();
        endpoints.Map($"{Profile}/{what}", context => AnswerAsync(context, gate, call)).WithDisplayName($"GET {Profile}/{what}").Serving(HttpMethods.Get);
    }

    private static Task AnswerAsync(HttpContext context, ApiGate gate, RequestDelegate call)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return SpaceAnswers.ErrorAsync(context, StatusCodes.Status405MethodNotAllowed, "invalid_request_error", Problems.MethodNotAllowed.Title);
        }

        return gate.Check(context, ApiAccess.Read) is { } problem
            ? SpaceAnswers.ErrorAsync(context, problem.Status, "authentication_error", problem.Title)
            : call(context);
    }
}
