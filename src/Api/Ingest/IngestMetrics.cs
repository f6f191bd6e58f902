using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using CdpPipeline.Api.Auth;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Grains;
using CdpPipeline.Grains.Interfaces.Ingest;

namespace CdpPipeline.Api.Ingest;

/// <summary>
/// Counts what the ingest edge answers, once a call and not once an event. An event is counted when its answer is certain; those of a call
/// that ends in a 503 are not, and are when the client sends them again.
/// </summary>
internal sealed class IngestMetrics
{
    private const string OtherReason = "other";

    // What can be at fault is a closed list: nothing that a client writes becomes a label.
    private static readonly FrozenDictionary<string, string> Fields =
        Enum.GetValues<EventField>().Select(field => field.NameOf()).Append("body").Distinct().ToFrozenDictionary(name => name, StringComparer.Ordinal);

    private readonly SourceLabels sources = new();
    private readonly SourceTallies tallies;
    private readonly TimeProvider clock;
    private readonly Counter<long> accepted;
    private readonly Counter<long> duplicates;
    private readonly Counter<long> rejected;
    private readonly Counter<long> refused;
    private readonly Counter<long> suppressed;
    private readonly Counter<long> shed;
    private readonly Counter<long> limited;
    private readonly Histogram<double> duration;

    public IngestMetrics(IMeterFactory meters, SourceTallies tallies, TimeProvider clock)
    {
        this.tallies = tallies;
        this.clock = clock;
        var meter = meters.Create(GrainMetrics.MeterName);
        accepted = meter.CreateCounter<long>("cdp.ingest.events.accepted", "{event}", "Events answered as stored.");
        duplicates = meter.CreateCounter<long>("cdp.ingest.events.duplicate", "{event}", "Events answered as stored before, under the same messageId.");
        rejected = meter.CreateCounter<long>(
            "cdp.ingest.events.rejected", "{event}", "Events that can never be taken as they are; the reason is the field at fault, body for the event as a whole.");
        refused = meter.CreateCounter<long>("cdp.ingest.events.refused", "{event}", "Events refused because of the person they are about, who has as much of something as is kept.");
        suppressed = meter.CreateCounter<long>("cdp.ingest.events.suppressed", "{event}", "Events taken and stored nowhere, because they name somebody who was erased.");
        shed = meter.CreateCounter<long>("cdp.ingest.requests.shed", "{request}", "Calls turned away before their events were looked at, because as many are under way as can be answered in time.");
        limited = meter.CreateCounter<long>("cdp.ingest.calls.limited", "{call}", "Calls turned away because their source had sent as much as it may.");
        duration = meter.CreateHistogram(
            "cdp.ingest.request.duration",
            "s",
            "How long a call that brings events took, until its answer was written.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
    }

    public long Begin() => clock.GetTimestamp();

    /// <summary>A call that began then has been answered.</summary>
    public void End(long startedAt, int status) =>
        duration.Record(clock.GetElapsedTime(startedAt).TotalSeconds, new KeyValuePair<string, object?>("outcome", OutcomeOf(status)));

    /// <summary>A call was turned away.</summary>
    public void Shed() => shed.Add(1);

    public void Count(Source source, IReadOnlyList<RejectedEvent> unreadable, IReadOnlyList<IngestOutcome> outcomes)
    {
        var (stored, known, erased) = (0, 0, 0);
        var label = sources.Of(source);
        for (var i = 0; i < outcomes.Count; i++)
        {
            var outcome = outcomes[i];
            if (outcome.Status == IngestStatus.Stored) stored++;
            else if (outcome.Status == IngestStatus.Duplicate) known++;
            else if (outcome.Status == IngestStatus.Suppressed) erased++;
            else refused.Add(1, label, new KeyValuePair<string, object?>("reason", ReasonOf(outcome.Refusal)));
        }

        if (stored > 0) accepted.Add(stored, label);
        if (known > 0) duplicates.Add(known, label);
        if (erased > 0) suppressed.Add(erased, label);
        for (var i = 0; i < unreadable.Count; i++) CountRejected(label, unreadable[i].Field);
        tallies.Of(source.Id).Add(stored + erased, known, outcomes.Count - stored - erased - known + unreadable.Count);
    }

    /// <summary>A call that was turned away because of its source's rate limit.</summary>
    public void Limited(Source source)
    {
        limited.Add(1, sources.Of(source));
        tallies.Of(source.Id).AddLimited();
    }

    // A tracking plan names places within the properties.
    private static string TopOf(string field) => field.AsSpan().IndexOfAny('.', '[') is var end and >= 0 ? field[..end] : field;

    private static string ReasonOf(Refusal refusal) => refusal switch
    {
        Refusal.TooManyIdentifiers => "too_many_identifiers",
        Refusal.TooManyTraits => "too_many_traits",
        Refusal.TooManyGroups => "too_many_groups",
        Refusal.TooManyConsents => "too_many_consents",
        _ => OtherReason,
    };

    private static string OutcomeOf(int status) => status switch
    {
        < 300 => "ok",
        StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden => "denied",
        StatusCodes.Status413PayloadTooLarge => "too_large",
        StatusCodes.Status429TooManyRequests => "limited",
        StatusCodes.Status499ClientClosedRequest => "gone",
        < 500 => "invalid",
        StatusCodes.Status503ServiceUnavailable => "unavailable",
        _ => "failed",
    };

    private void CountRejected(KeyValuePair<string, object?> label, string? field) =>
        rejected.Add(1, label, new KeyValuePair<string, object?>("reason", field is null ? OtherReason : Fields.GetValueOrDefault(TopOf(field), OtherReason)));
}
