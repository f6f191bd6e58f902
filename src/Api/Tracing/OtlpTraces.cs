using CdpPipeline.Api.Hosting;
using CdpPipeline.Api.Metrics;
using CdpPipeline.Grains.Interfaces;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace CdpPipeline.Api.Tracing;

/// <summary>
/// Sends recorded traces to the collector that takes the metrics, unless <c>OTEL_TRACES_EXPORTER</c> is <c>none</c>. <see cref="TracingOptions"/> say which
/// are recorded; where <c>OTEL_TRACES_SAMPLER</c> is set, that does. At most 2,048 spans wait to be sent; those beyond are dropped.
/// </summary>
internal sealed class OtlpTraces : IHostedService, IDisposable
{
    private const string SamplerKey = "OTEL_TRACES_SAMPLER";
    private const string ExporterKey = "OTEL_TRACES_EXPORTER";
    private const int LastExportMilliseconds = 5_000;

    private readonly TracerProvider? provider;

    /// <exception cref="SettingException">A setting can't work.</exception>
    public OtlpTraces(IConfiguration configuration)
    {
        var options = (configuration.GetSection(TracingOptions.Section).Get<TracingOptions>() ?? new TracingOptions()).Validated();
        if (!IsOn(configuration)) return;
        var builder = Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .SetResourceBuilder(OtlpCollector.Resource())
            .AddSource(Spans.SourceName)
            .AddOtlpExporter();
        if (string.IsNullOrEmpty(configuration[SamplerKey])) builder.SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.SampledRatio)));
        provider = builder.Build();
    }

    /// <summary>Whether traces are sent anywhere; where not, nobody listens and nothing is recorded.</summary>
    /// <exception cref="SettingException">The collector's address is no URL.</exception>
    public static bool IsOn(IConfiguration configuration) => OtlpCollector.IsSet(configuration) && configuration[ExporterKey] != "none";

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what has not been sent yet; a collector that does not answer is waited for five seconds at most.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => provider is null ? Task.CompletedTask : Task.Run(() => provider.Shutdown(LastExportMilliseconds), CancellationToken.None);

    public void Dispose() => provider?.Dispose();
}
