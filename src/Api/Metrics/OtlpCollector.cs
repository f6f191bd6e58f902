using CdpPipeline.Api.Hosting;
using OpenTelemetry.Resources;

namespace CdpPipeline.Api.Metrics;

/// <summary>The OpenTelemetry collector that metrics and traces are sent to, if there is one, and whose they are.</summary>
internal static class OtlpCollector
{
    public const string EndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const string ServiceName = "cdp-pipeline";

    /// <exception cref="SettingException">The endpoint is no URL.</exception>
    public static bool IsSet(IConfiguration configuration)
    {
        if (configuration[EndpointKey] is not { Length: > 0 } endpoint) return false;
        if (Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https")) return true;
        throw new SettingException($"{EndpointKey} is '{endpoint}'; set an absolute http or https URL, e.g. http://localhost:4317, or leave it out.");
    }

    public static ResourceBuilder Resource() => ResourceBuilder.CreateEmpty().AddService(ServiceName).AddTelemetrySdk().AddEnvironmentVariableDetector();
}
