using CdpPipeline.Api.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace CdpPipeline.Api.Metrics;

/// <summary>
/// Sends the exported metrics to an OpenTelemetry collector when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; the other <c>OTEL_…</c> settings
/// hold as OpenTelemetry defines them. Without it nothing is sent and nothing runs.
/// </summary>
internal sealed class OtlpExport : IHostedService, IDisposable
{
    private const int LastExportMilliseconds = 5_000;

    private readonly MeterProvider? provider;

    /// <exception cref="SettingException">The endpoint is no URL.</exception>
    public OtlpExport(ExportedMeters meters, IConfiguration configuration)
    {
        if (!OtlpCollector.IsSet(configuration)) return;
        provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .SetResourceBuilder(OtlpCollector.Resource())
            .AddMeter([.. meters.Names])
            .AddView(instrument => meters.Includes(instrument) ? null : MetricStreamConfiguration.Drop)
            .AddOtlpExporter()
            .Build();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what has not been sent yet; a collector that does not answer is waited for five seconds at most.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => provider is null ? Task.CompletedTask : Task.Run(() => provider.Shutdown(LastExportMilliseconds), CancellationToken.None);

    public void Dispose() => provider?.Dispose();
}
