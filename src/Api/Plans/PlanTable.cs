using CdpPipeline.Api.Auth;
using CdpPipeline.Domain.Plans;

namespace CdpPipeline.Api.Plans;

/// <summary>The tracking plans in memory, by source. While there is none a look costs nothing worth measuring. Safe for concurrent use.</summary>
internal sealed class PlanTable
{
    private volatile IReadOnlyDictionary<string, TrackingPlan>? plans;

    public TrackingPlan? Of(Source source) => plans is { } all && all.TryGetValue(source.Id, out var plan) ? plan : null;

    /// <summary>From now on exactly these are in force.</summary>
    public void Replace(IReadOnlyDictionary<string, TrackingPlan> current) => plans = current.Count == 0 ? null : current;
}
