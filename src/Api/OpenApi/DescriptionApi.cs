using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Routes;

namespace CdpPipeline.Api.OpenApi;

/// <summary>Maps <c>GET /openapi/v1.json</c>, the description of every route; it needs no key.</summary>
public static class DescriptionApi
{
    public static IEndpointRouteBuilder MapDescription(this IEndpointRouteBuilder endpoints)
    {
        endpoints.Map("/openapi/v1.json", AnswerAsync).WithDisplayName("GET /openapi/v1.json").Serving(HttpMethods.Get);
        return endpoints;
    }

    private static Task AnswerAsync(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            return JsonAnswer.SendAsync(context, StatusCodes.Status200OK, ApiDescription.Bytes);
        context.Response.Headers.Allow = "GET, HEAD";
        return ProblemResponse.WriteAsync(context, Problems.MethodNotAllowed);
    }
}
