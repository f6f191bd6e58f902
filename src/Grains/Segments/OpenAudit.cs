using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Segments;

/// <summary>
/// One comparison of a segment's counter with its rows. The rows are of one instant; what has been committed by then and is told later is added to the
/// counter here, what was committed after it is not. So both are of the same commits as soon as all have been told.
/// </summary>
internal sealed class OpenAudit(MembershipCount rows, long counter, IReadOnlyDictionary<int, long> counted, long beganAt)
{
    /// <summary>After which it is no longer waited for what was not told: another one reads the rows anew.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<int, long> told = new(counted);

    /// <summary>When the rows were read, on the host's monotonic clock.</summary>
    public long BeganAt => beganAt;

    /// <summary>A delta that the live counter has just taken.</summary>
    public void Include(MembershipDelta delta)
    {
        if (delta.Commit > rows.Commits.GetValueOrDefault(delta.Writer)) return;
        told[delta.Writer] = delta.Commit;
        counter += delta.Entered - delta.Left;
    }

    public SegmentAudit Answer(SegmentId segment) =>
        new(segment, counter, rows.Count, rows.Commits) { CounterPositions = new Dictionary<int, long>(told) };
}
