using System.Globalization;
using System.Text;

namespace CdpPipeline.Api.Metrics;

/// <summary>Writes the Prometheus text format, version 0.0.4.</summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder text = new(16 * 1024);

    /// <summary>Begins a metric; its samples must follow.</summary>
    public void Begin(string name, MetricKind kind, string help)
    {
        text.Append("# HELP ").Append(name).Append(' ').Append(PrometheusNames.EscapedHelp(help)).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ').Append(kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Histogram => "histogram",
            _ => "gauge",
        }).Append('\n');
    }

    public void Sample(string name, string suffix, string labels, double value)
    {
        text.Append(name).Append(suffix);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(value switch
        {
            double.PositiveInfinity => "+Inf",
            double.NegativeInfinity => "-Inf",
            _ => value.ToString("R", CultureInfo.InvariantCulture),
        }).Append('\n');
    }

    public byte[] ToUtf8() => Encoding.UTF8.GetBytes(text.ToString());
}
