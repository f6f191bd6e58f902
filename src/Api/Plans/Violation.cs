using System.Text.Json.Serialization;

namespace CdpPipeline.Api.Plans;

/// <summary>
/// How often one rule of a plan was broken by events of one name, what it asks for, and examples of how it was not kept. The rule is its place in the
/// event's schema, as <c>properties.total.minimum</c>; empty: the name is not planned. No value of an event is ever kept.
/// </summary>
internal sealed record Violation(string Event, string Rule, string Expected, long Count, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, IReadOnlyList<ViolationSample> Samples)
{
    /// <summary>Examples that are kept, the newest.</summary>
    public const int SamplesMax = 5;

    /// <summary>Both together.</summary>
    public Violation With(Violation other) => new(
        Event,
        Rule,
        LastSeen > other.LastSeen ? Expected : other.Expected,
        Count + other.Count,
        FirstSeen < other.FirstSeen ? FirstSeen : other.FirstSeen,
        LastSeen > other.LastSeen ? LastSeen : other.LastSeen,
        [.. other.Samples.Concat(Samples).OrderByDescending(sample => sample.At).Take(SamplesMax)]);
}

/// <summary>One event's breach: when, at which place of the call, and of what sort the value there was.</summary>
internal sealed record ViolationSample(DateTimeOffset At, string Field, string Found);

/// <summary>The violations of a source, as they are stored. Those beyond the limit are only counted.</summary>
internal sealed record SourceViolations(IReadOnlyList<Violation> Violations, long Dropped);

/// <summary>Reads and writes them without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SourceViolations))]
internal sealed partial class SourceViolationsJson : JsonSerializerContext;
