using System.Text.Json.Serialization;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;

namespace CdpPipeline.Grains.Identities;

/// <summary>A component's place in the identity graph, as it stands in a snapshot.</summary>
internal sealed record GraphState(
    IdentityId? MergedInto,
    MergeCause? MergedBecause,
    IReadOnlyList<MergeRecord> Merges,
    IReadOnlyList<IdentityId> KeptApart,
    IReadOnlyList<ConflictRecord> Conflicts);

[JsonSerializable(typeof(GraphState))]
internal sealed partial class GraphStateJson : JsonSerializerContext;
