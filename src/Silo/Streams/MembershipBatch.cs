using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Silo.Streams;

/// <summary>What a node's commits did to one segment, in the order of each writer's commits.</summary>
public sealed record MembershipBatch(IReadOnlyList<MembershipDelta> Deltas);
