using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Health;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace CdpPipeline.Api.Http;

/// <summary>Composes what holds for every request before anybody asks what it wants: patience, framing, and the headers of its answer.</summary>
internal static class HttpHosting
{
    /// <summary>Reads <see cref="HttpOptions"/>.</summary>
    public static void AddHttp(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<HttpOptions>().Bind(builder.Configuration.GetSection(HttpOptions.Section)).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<HttpOptions>, HttpOptionsValidator>();
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<HttpOptions>>((host, options) => host.ShutdownTimeout = options.Value.StopWithin);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<HttpOptions>>((server, options) => Apply(server, options.Value));
    }

    /// <summary>To be called before anything that answers; errors go through it too.</summary>
    public static void UseHttpRules(this WebApplication app)
    {
        var address = app.Services.GetRequiredService<PublicAddress>();
        var standing = app.Services.GetService<IStanding>();
        app.Use((context, next) =>
        {
            SecurityHeaders.Apply(context, address);
            if (standing is { IsGood: false } && context.Request.Path != HealthApi.AlivePath) return ProblemResponse.WriteAsync(context, Problems.StoodStill);
            if (!RequestFraming.IsAmbiguous(context.Request.Headers)) return context.GetEndpoint() is null ? UnroutedAsync(context, next) : next(context);
            context.Response.Headers.Connection = "close";
            return ProblemResponse.WriteAsync(context, RequestFraming.Ambiguous);
        });
    }

    // No route has the path. Whatever else may answer it does; if nothing did, the answer is that of an unknown path under /api.
    private static async Task UnroutedAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Response is { HasStarted: false, StatusCode: StatusCodes.Status404NotFound }) await ProblemResponse.WriteAsync(context, Problems.NotFound);
    }

    private static void Apply(KestrelServerOptions server, HttpOptions options)
    {
        server.AddServerHeader = false;
        var limits = server.Limits;
        limits.RequestHeadersTimeout = options.HeadersWithin;
        limits.KeepAliveTimeout = options.SilentWithin;
        limits.MinRequestBodyDataRate = new MinDataRate(options.BytesPerSecondMin, options.Grace);
        limits.MinResponseDataRate = new MinDataRate(options.BytesPerSecondMin, options.Grace);
        limits.MaxConcurrentConnections = options.ConnectionsMax;
    }
}
