using System.Diagnostics;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Ingest;

namespace CdpPipeline.Api.Tracing;

/// <summary>Takes events to their people within a span that says how many they were and what became of them.</summary>
internal sealed class TracedIngest(IIngest ingest) : IIngest
{
    public async Task<IReadOnlyList<IngestOutcome>> IngestAsync(IReadOnlyList<Event> events, CancellationToken cancellationToken)
    {
        using var span = Spans.Source.StartActivity(Spans.Ingest);
        var outcomes = await ingest.IngestAsync(events, cancellationToken);
        if (span is { IsAllDataRequested: true }) Tell(span, outcomes);
        return outcomes;
    }

    private static void Tell(Activity span, IReadOnlyList<IngestOutcome> outcomes)
    {
        span.SetTag("cdp.events", outcomes.Count);
        foreach (var group in outcomes.CountBy(outcome => outcome.Status)) span.SetTag(TagOf(group.Key), group.Value);
    }

    private static string TagOf(IngestStatus status) => status switch
    {
        IngestStatus.Stored => "cdp.events.stored",
        IngestStatus.Duplicate => "cdp.events.duplicate",
        IngestStatus.Suppressed => "cdp.events.suppressed",
        _ => "cdp.events.refused",
    };
}
