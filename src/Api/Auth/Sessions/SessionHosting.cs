using CdpPipeline.Grains.Sharing;

namespace CdpPipeline.Api.Auth.Sessions;

/// <summary>Composes sessions of browsers. The host awaits <see cref="SessionRing.StartAsync"/> before it serves.</summary>
internal static class SessionHosting
{
    /// <summary>Reads <see cref="SessionOptions"/>.</summary>
    public static IServiceCollection AddSessions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SessionOptions>()
            .Bind(configuration.GetSection(SessionOptions.Section))
            .Validate(
                options => options.Lifetime >= TimeSpan.FromMinutes(1) && options.Lifetime <= TimeSpan.FromDays(30),
                $"{SessionOptions.Section}:Lifetime must lie between a minute (00:01:00) and 30 days (30.00:00:00).")
            .ValidateOnStart();
        return services
            .AddSingleton<SessionRing>()
            .AddSingleton<IDocumentFollower>(provider => provider.GetRequiredService<SessionRing>())
            .AddSingleton<SessionAttempts>()
            .AddSingleton<SessionApi>();
    }

    public static IEndpointRouteBuilder MapSessions(this IEndpointRouteBuilder endpoints)
    {
        SessionApi.Map(endpoints);
        return endpoints;
    }
}
