using System.Runtime.CompilerServices;
using CdpPipeline.Api.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Api.Segments;

/// <summary>
/// What watchers have been told of the counts. Sets that are noted as changed are looked at at once, but a segment at most once a period; all of them
/// when the catalog has changed, and now and then, should a note have been lost. Not for concurrent use.
/// </summary>
internal sealed class ToldCounts(IGrains grains, SegmentNames names, TimeSpan period, TimeProvider clock)
{
    private static readonly TimeSpan WholeLookPeriod = TimeSpan.FromSeconds(1);

    private readonly Dictionary<SegmentId, (SegmentCount Count, long At)> told = [];
    private long version = -1;
    private long wholeLookAt;

    /// <summary>Sets that have changed and are still to be looked at.</summary>
    public HashSet<SegmentId> Open { get; } = [];

    /// <summary>The newest count of every segment.</summary>
    public IEnumerable<SegmentCount> All => told.Values.Select(each => each.Count);

    /// <summary>How long there is nothing to do unless something is noted.</summary>
    public TimeSpan UntilNextLook { get; private set; }

    /// <summary>Looks at what is due; the counts that are not as they were told.</summary>
    public async IAsyncEnumerable<SegmentCount> ChangesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var current = await names.CurrentAsync(cancellationToken);
        if (current.Version != version || clock.GetElapsedTime(wholeLookAt) >= WholeLookPeriod)
        {
            (version, wholeLookAt) = (current.Version, clock.GetTimestamp());
            Open.UnionWith(current.Shown.Keys);
            var gone = told.Keys.Where(segment => !current.Names.ContainsKey(segment)).ToList();
            foreach (var segment in gone) told.Remove(segment);
        }

        UntilNextLook = period;
        foreach (var set in Open.ToList())
        {
            if (!current.Shown.TryGetValue(set, out var segment))
            {
                Open.Remove(set);
                continue;
            }

            var isKnown = told.TryGetValue(segment.Id, out var last);
            var rest = isKnown ? period - clock.GetElapsedTime(last.At) : TimeSpan.Zero;
            if (rest > TimeSpan.Zero)
            {
                UntilNextLook = rest < UntilNextLook ? rest : UntilNextLook;
                continue;
            }

            Open.Remove(set);
            var count = (await grains.Segment(set).CountAsync(cancellationToken)) with { Segment = segment.Id };
            if (isKnown && last.Count.MemberCount == count.MemberCount) continue;
            told[segment.Id] = (count, clock.GetTimestamp());
            yield return count;
        }
    }
}
