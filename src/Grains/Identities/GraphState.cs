using System.Text.Json.Serialization;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;

namespace CdpPipeline.Grains.Identities;

/// <summary>A component's place in the identity graph, and what else turns left, as it stands in a snapshot.</summary>
internal sealed record GraphState(
    IdentityId? MergedInto,
    MergeCause? MergedBecause,
    IReadOnlyList<MergeRecord> Merges,
    IReadOnlyList<IdentityId> KeptApart,
    IReadOnlyList<ConflictRecord> Conflicts)
{
    /// <summary>Zero in snapshots from before entries were marked.</summary>
    public long JudgedAt { get; init; }
}

[JsonSerializable(typeof(GraphState))]
internal sealed partial class GraphStateJson : JsonSerializerContext;
