using System.Diagnostics.Metrics;
using CdpPipeline.Api.Ingest;
using CdpPipeline.Api.Segments;
using CdpPipeline.Grains;
using CdpPipeline.Grains.Ingest;

namespace CdpPipeline.Api.Metrics;

/// <summary>What a host shows of itself when asked; nothing is recorded in between.</summary>
internal sealed class HostMetrics
{
    public HostMetrics(IMeterFactory meters, INodeActivity node, IngestGate gate, BodyBudget bodies, AliasCache aliases, LiveCounts live)
    {
        var meter = meters.Create(GrainMetrics.MeterName);
        meter.CreateObservableGauge("cdp.ingest.events.under_way", () => gate.UnderWay, "{event}", "Events admitted and not yet answered.");
        meter.CreateObservableGauge("cdp.ingest.events.limit", () => gate.Limit, "{event}", "Events that may be under way at this moment; fewer while they take long.");
        meter.CreateObservableGauge("cdp.ingest.bodies.held", () => bodies.BytesHeld, "By", "Memory that the request bodies being read hold.");
        meter.CreateObservableGauge("cdp.identities.active", () => node.ActiveIdentities, "{identity}", "People in memory.");
        meter.CreateObservableGauge("cdp.aliases.active", () => node.ActiveAliases, "{alias}", "Identifiers in memory whose owner was asked for a short while ago.");
        meter.CreateObservableCounter("cdp.alias.cache.hits", () => aliases.Hits, "{lookup}", "Look-ups of an identifier's owner that the node's cache could answer.");
        meter.CreateObservableCounter("cdp.alias.cache.misses", () => aliases.Misses, "{lookup}", "Look-ups of an identifier's owner that the node's cache could not answer.");
        meter.CreateObservableCounter(
            "cdp.membership.deltas.published", () => node.PublishedDeltas, "{delta}", "Changes of a segment's membership that commits told of, one a segment and commit.");
        meter.CreateObservableCounter(
            "cdp.membership.deltas.dropped", () => node.DroppedDeltas, "{delta}", "Of those, the ones that found no room; their segments are counted again.");
        meter.CreateObservableGauge("cdp.live.watchers", () => live.Watchers, "{watcher}", "Connections that watch the live counts.");
    }
}
