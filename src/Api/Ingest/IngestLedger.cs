using System.Diagnostics;
using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Feed;
using CdpPipeline.Api.Plans;
using CdpPipeline.Grains.Interfaces.Ingest;

namespace CdpPipeline.Api.Ingest;

/// <summary>What is done with the outcome of every call: it is counted, held against the plan where only that is to be reported, and shown to those who watch.</summary>
internal sealed class IngestLedger(IngestMetrics metrics, PlanGate plans, EventFeed feed)
{
    /// <summary>Somebody watches, and wants to see what was sent also where it is rejected.</summary>
    public bool KeepsRejected => feed.IsWatched;

    /// <summary>The call's outcome is certain; the outcomes are those of its events, or none where nothing was handed on.</summary>
    public void Record(Source source, ReadEvents read, IReadOnlyList<IngestOutcome> outcomes)
    {
        metrics.Count(source, read.Rejected, outcomes);
        if (read.Reported.Count > 0) plans.Report(source, read.Reported, outcomes);
        if (read.Rejected.Count > 0 && Activity.Current is { IsAllDataRequested: true } span) span.SetTag("cdp.events.rejected", read.Rejected.Count);
        feed.Show(source, read, outcomes);
    }

    /// <summary>Nothing of the call can be taken.</summary>
    public void Record(Source source, Problem problem) =>
        feed.Show(source, new RejectedEvent(0, null, problem.Field ?? "body", $"{problem.Title}. {problem.Detail}"));
}
