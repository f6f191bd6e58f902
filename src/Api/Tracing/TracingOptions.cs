using CdpPipeline.Api.Hosting;

namespace CdpPipeline.Api.Tracing;

/// <summary>Which calls are traced, section <c>Cdp:Tracing</c>; it matters only while traces are sent anywhere. Validated at start.</summary>
public sealed class TracingOptions
{
    public const string Section = "Cdp:Tracing";

    /// <summary>
    /// The share of traces that begin here which is recorded, from 0 to 1. A call that comes with a <c>traceparent</c> is recorded where its caller says so,
    /// whatever this is. Default: 0.01.
    /// </summary>
    public double SampledRatio { get; set; } = 0.01;

    /// <exception cref="SettingException">It is no share.</exception>
    internal TracingOptions Validated() => SampledRatio is >= 0 and <= 1
        ? this
        : throw new SettingException(FormattableString.Invariant($"{Section}:{nameof(SampledRatio)} is {SampledRatio}; set it between 0 and 1, e.g. 0.01 for one trace of a hundred."));
}
