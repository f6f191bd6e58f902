using System.Diagnostics.Metrics;

namespace CdpPipeline.Api.Metrics;

/// <summary>Composes what is measured and how it is exported.</summary>
internal static class MetricsHosting
{
    /// <summary>To be called before the grains are added, so that what they do while stopping is exported too.</summary>
    public static IServiceCollection AddMetricsExport(this IServiceCollection services, Meter store) => services
        .AddSingleton(provider => new ExportedMeters(provider.GetRequiredService<IMeterFactory>(), store))
        .AddSingleton<MetricsReader>()
        .AddSingleton<OtlpExport>()
        .AddHostedService(provider => provider.GetRequiredService<OtlpExport>())
        .AddSingleton<HostMetrics>();

    /// <summary>To be called first of all: who listens from the start on sees every counter at zero.</summary>
    public static void StartMetrics(this WebApplication app)
    {
        app.Services.GetRequiredService<MetricsReader>();
        app.Services.GetRequiredService<OtlpExport>();
        app.Services.GetRequiredService<HostMetrics>();
    }
}
