using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Routes;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Api.Health;

/// <summary>Maps liveness and readiness; neither needs a key.</summary>
public static class HealthApi
{
    /// <summary>Where the process says that it runs, whatever else is the matter.</summary>
    public const string AlivePath = "/healthz";

    private static readonly byte[] Healthy = """{"status":"healthy"}"""u8.ToArray();
    private static readonly byte[] Ready = """{"status":"ready"}"""u8.ToArray();

    /// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: the host has started and its store answers, else 503.</summary>
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder endpoints)
    {
        var documents = endpoints.ServiceProvider.GetRequiredService<IDocumentStore>();
        var lifetime = endpoints.ServiceProvider.GetRequiredService<IHostApplicationLifetime>();
        endpoints.Map(AlivePath, context => AnswerAsync(context, () => JsonAnswer.SendAsync(context, StatusCodes.Status200OK, Healthy))).WithDisplayName("GET /healthz").Serving(HttpMethods.Get);
        endpoints.Map("/readyz", context => AnswerAsync(context, () => ReadyAsync(context, documents, lifetime))).WithDisplayName("GET /readyz").Serving(HttpMethods.Get);
        return endpoints;
    }

    private static async Task ReadyAsync(HttpContext context, IDocumentStore documents, IHostApplicationLifetime lifetime)
    {
        if (!lifetime.ApplicationStarted.IsCancellationRequested || lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await ProblemResponse.WriteAsync(context, Problems.NotReady);
            return;
        }

        // Throws, and so answers 503, when the store is away.
        await documents.GetAsync("catalog", "conditions", context.RequestAborted);
        await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, Ready);
    }

    private static Task AnswerAsync(HttpContext context, Func<Task> answer)
    {
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)) return answer();
        context.Response.Headers.Allow = "GET, HEAD";
        return ProblemResponse.WriteAsync(context, Problems.MethodNotAllowed);
    }
}
