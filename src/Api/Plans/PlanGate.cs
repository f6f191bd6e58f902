using System.Diagnostics.Metrics;
using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Ingest;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Domain.Plans;
using CdpPipeline.Grains;
using CdpPipeline.Grains.Erasing;
using CdpPipeline.Grains.Interfaces.Ingest;

namespace CdpPipeline.Api.Plans;

/// <summary>
/// Holds the events of a request against the plan of its source. What is to be blocked is rejected, its neighbours are kept, and noted at once; what is
/// only to be reported is noted when it has been stored, so that a retry is not counted again. An event of somebody who was erased is as planned.
/// </summary>
internal sealed class PlanGate
{
    private static readonly KeyValuePair<string, object?> Blocked = new("outcome", "blocked");
    private static readonly KeyValuePair<string, object?> Reported = new("outcome", "reported");

    private readonly PlanTable plans;
    private readonly ViolationCounts violations;
    private readonly SourceLabels sources = new();
    private readonly ErasureView erasures;
    private readonly Counter<long> counted;

    public PlanGate(PlanTable plans, ViolationCounts violations, ErasureView erasures, IMeterFactory meters)
    {
        (this.plans, this.violations, this.erasures) = (plans, violations, erasures);
        counted = meters.Create(GrainMetrics.MeterName).CreateCounter<long>(
            "cdp.plan.violations", "{event}", "Events that were not as their source's tracking plan says: rejected (blocked), or stored all the same (reported).");
    }

    /// <summary>What is wrong with one event; what is blocked is noted.</summary>
    public PlanVerdict? Check(Source source, Event @event)
    {
        // Of whoever was erased nothing is told, shown or noted: the event goes on as it is, and nowhere.
        if (erasures.Suppresses(@event) || plans.Of(source)?.Check(@event) is not { } verdict) return null;
        if (verdict.IsBlocked) Note(source, verdict);
        return verdict;
    }

    /// <summary>What is left of the events, with the verdicts on those that are to be reported.</summary>
    public ReadEvents Check(Source source, ReadEvents read)
    {
        if (plans.Of(source) is null) return read;
        List<Event> events = [];
        List<int> indexes = [];
        List<RejectedEvent> rejected = [.. read.Rejected];
        Dictionary<int, PlanVerdict> reported = [];
        for (var i = 0; i < read.Events.Count; i++)
        {
            var verdict = Check(source, read.Events[i]);
            if (verdict is { IsBlocked: true })
            {
                rejected.Add(new RejectedEvent(read.Indexes[i], read.Events[i].MessageId, verdict.Field, verdict.Reason) { Event = read.Events[i] });
                continue;
            }

            if (verdict is not null) reported.Add(events.Count, verdict);
            events.Add(read.Events[i]);
            indexes.Add(read.Indexes[i]);
        }

        return read with { Events = events, Indexes = indexes, Rejected = [.. rejected.OrderBy(one => one.Index)], Reported = reported };
    }

    /// <summary>Notes what was to be reported and has been stored.</summary>
    public void Report(Source source, IReadOnlyDictionary<int, PlanVerdict> reported, IReadOnlyList<IngestOutcome> outcomes)
    {
        foreach (var (position, verdict) in reported)
        {
            if (outcomes[position].Status == IngestStatus.Stored) Note(source, verdict);
        }
    }

    private void Note(Source source, PlanVerdict verdict)
    {
        counted.Add(1, sources.Of(source), verdict.IsBlocked ? Blocked : Reported);
        violations.Note(source.Id, verdict);
    }
}
