using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Schemas;
using System.Text.Json;

namespace CdpPipeline.Domain.Plans;

/// <summary>What a source is expected to send: a schema for the properties of each event by name. Immutable; checking is pure.</summary>
public sealed class TrackingPlan
{
    private readonly IReadOnlyDictionary<string, JsonSchema> events;

    internal TrackingPlan(PlanMode mode, UnplannedEvents unplanned, IReadOnlyDictionary<string, JsonSchema> events)
    {
        this.events = events;
        Mode = mode;
        Unplanned = unplanned;
    }

    /// <summary>What becomes of an event whose properties are not as planned.</summary>
    public PlanMode Mode { get; }

    /// <summary>What becomes of an event whose name is not planned.</summary>
    public UnplannedEvents Unplanned { get; }

    /// <summary>
    /// What is wrong with an event; null when nothing is. Events without a name (identify, group, alias) are never wrong.
    /// </summary>
    public PlanVerdict? Check(Event @event)
    {
        if (@event.Name is not { } name) return null;
        if (!events.TryGetValue(name, out var schema))
            return Unplanned == UnplannedEvents.Allow ? null : new PlanVerdict(name, Unplanned == UnplannedEvents.Block, []);
        var findings = new SchemaFindings();
        using (var properties = JsonDocument.Parse(@event.Properties)) schema.Check(properties.RootElement, findings);
        return findings.All.Count == 0 ? null : new PlanVerdict(name, Mode == PlanMode.Block, findings.All);
    }
}
