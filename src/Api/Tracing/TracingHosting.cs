using CdpPipeline.Grains.Ingest;
using CdpPipeline.Grains.Interfaces.Ingest;

namespace CdpPipeline.Api.Tracing;

/// <summary>Composes what is traced. Where traces are sent nowhere, nothing stands in any call's way.</summary>
internal static class TracingHosting
{
    /// <summary>To be called before the grains are added, so that what they do while stopping is sent too.</summary>
    public static IServiceCollection AddTraces(this IServiceCollection services) =>
        services.AddSingleton<OtlpTraces>().AddHostedService(provider => provider.GetRequiredService<OtlpTraces>());

    /// <summary>To be called after the grains were added: it stands before them.</summary>
    public static IServiceCollection AddIngestSpans(this IServiceCollection services, IConfiguration configuration) => OtlpTraces.IsOn(configuration)
        ? services.AddSingleton<IngestRouter>().AddSingleton<IIngest>(provider => new TracedIngest(provider.GetRequiredService<IngestRouter>()))
        : services;

    /// <summary>To be called before anything else that takes part in calls.</summary>
    public static void UseTraces(this WebApplication app)
    {
        app.Services.GetRequiredService<OtlpTraces>();
        if (OtlpTraces.IsOn(app.Configuration)) app.Use(RequestSpans.CallAsync);
    }
}
