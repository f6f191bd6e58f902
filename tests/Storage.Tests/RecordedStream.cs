using System.Collections.Concurrent;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Storage.Tests;

/// <summary>A membership stream that keeps all deltas, in the order of each writer.</summary>
public sealed class RecordedStream : IMembershipStream
{
    private readonly ConcurrentQueue<MembershipDelta> published = new();

    public IReadOnlyList<MembershipDelta> Deltas => [.. published];

    public void Publish(IReadOnlyList<MembershipDelta> deltas)
    {
        foreach (var delta in deltas) published.Enqueue(delta);
    }

    /// <summary>The number of members that the deltas add up to.</summary>
    public long Total(SegmentId segment) => published.Where(delta => delta.Segment == segment).Sum(delta => delta.Entered - delta.Left);
}
