using CdpPipeline.Grains.Retention;
using CdpPipeline.Grains.Sharing;

namespace CdpPipeline.Api.Auth;

/// <summary>Composes who may call the API. The host adds <see cref="WriteKeys"/> and awaits <see cref="KeyRing.StartAsync"/> before it serves.</summary>
public static class AuthHosting
{
    public static IServiceCollection AddAuth(this IServiceCollection services) => services
        .AddSingleton<ApiKeys>()
        .AddSingleton<SourceRetentions>()
        .AddSingleton<IRetentionPeriods>(provider => provider.GetRequiredService<SourceRetentions>())
        .AddSingleton<KeyRing>()
        .AddSingleton<IDocumentFollower>(provider => provider.GetRequiredService<KeyRing>())
        .AddSingleton<SourceRing>()
        .AddSingleton<SourceCalls>()
        .AddSingleton<ApiGate>();
}
