using System.Runtime.CompilerServices;
using CdpPipeline.Api.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Api.Segments;

/// <summary>
/// What watchers have been told of the counts. Sets that are noted as changed are looked at at once, but a segment at most once a period; all of them
/// when the catalog has changed, and now and then, should a note have been lost. Sixteen are asked at a time; one that does not answer holds up the others
/// once, for a moment. Not for concurrent use.
/// </summary>
internal sealed class ToldCounts(IGrains grains, SegmentNames names, TimeSpan period, TimeProvider clock)
{
    private const int AskedAtOnceMax = 16;

    private static readonly TimeSpan WholeLookPeriod = TimeSpan.FromSeconds(1);

    // Where segments are at other nodes, a call is a few milliseconds; what takes longer is heard at a later look.
    private static readonly TimeSpan LookMax = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<SegmentId, (SegmentCount Count, long At)> told = [];
    private readonly Dictionary<SegmentId, Task<SegmentCount>> asked = [];
    private readonly HashSet<SegmentId> unread = [];
    private Exception? fault;
    private long version = -1;
    private long wholeLookAt;

    /// <summary>Sets that have changed and are still to be looked at.</summary>
    public HashSet<SegmentId> Open { get; } = [];

    /// <summary>The newest count of every segment that could be read.</summary>
    public IEnumerable<SegmentCount> All => told.Values.Select(each => each.Count);

    /// <summary>How long there is nothing to do unless something is noted.</summary>
    public TimeSpan UntilNextLook { get; private set; }

    /// <summary>Why a count could not be read when last asked for; null where all could be. It is asked for again at the next whole look.</summary>
    public Exception? Fault => unread.Count > 0 ? fault : null;

    /// <summary>Looks at what is due; the counts that are not as they were told.</summary>
    public async IAsyncEnumerable<SegmentCount> ChangesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var current = await names.CurrentAsync(cancellationToken);
        if (current.Version != version || clock.GetElapsedTime(wholeLookAt) >= WholeLookPeriod) BeginWholeLook(current);
        var due = Due(current);
        var slow = asked.Keys.ToHashSet();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var late = Task.Delay(LookMax, clock, ended.Token);
        try
        {
            while (Ask(due, AskedAtOnceMax + slow.Count, cancellationToken))
            {
                var answered = asked.Where(each => each.Value.IsCompleted).ToList();
                if (answered.Count == 0 && (asked.Count == slow.Count || await Task.WhenAny([late, .. asked.Values]) == late)) break;
                foreach (var (set, answer) in answered)
                {
                    asked.Remove(set);
                    slow.Remove(set);
                    if (current.Shown.TryGetValue(set, out var segment) && NewsOf(set, segment.Id, answer) is { } count) yield return count;
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            await ended.CancelAsync();
        }
    }

    private void BeginWholeLook(NamesAt current)
    {
        (version, wholeLookAt) = (current.Version, clock.GetTimestamp());
        Open.UnionWith(current.Shown.Keys);
        var gone = told.Keys.Where(segment => !current.Names.ContainsKey(segment)).ToList();
        foreach (var segment in gone) told.Remove(segment);
        unread.IntersectWith(current.Shown.Keys);
    }

    /// <summary>The open sets that may be asked for now; says when the next may be.</summary>
    private Queue<SegmentId> Due(NamesAt current)
    {
        UntilNextLook = period;
        var due = new Queue<SegmentId>();
        Open.RemoveWhere(set => !current.Shown.ContainsKey(set));
        foreach (var set in Open)
        {
            var rest = told.TryGetValue(current.Shown[set].Id, out var last) ? period - clock.GetElapsedTime(last.At) : TimeSpan.Zero;
            if (rest <= TimeSpan.Zero) due.Enqueue(set);
            else if (rest < UntilNextLook) UntilNextLook = rest;
        }

        return due;
    }

    /// <summary>Asks for as many as may be under way; false when none is. A set whose answer is awaited stays open: that may be older than the note.</summary>
    private bool Ask(Queue<SegmentId> due, int most, CancellationToken cancellationToken)
    {
        while (asked.Count < most && due.TryDequeue(out var set))
        {
            if (asked.ContainsKey(set)) continue;
            Open.Remove(set);
            asked.Add(set, CountAsync(set, cancellationToken));
        }

        return asked.Count > 0;
    }

    private async Task<SegmentCount> CountAsync(SegmentId set, CancellationToken cancellationToken) => await grains.Segment(set).CountAsync(cancellationToken);

    /// <summary>The count, if it is another than was told.</summary>
    private SegmentCount? NewsOf(SegmentId set, SegmentId segment, Task<SegmentCount> answer)
    {
        if (!answer.IsCompletedSuccessfully)
        {
            unread.Add(set);
            fault = answer.Exception?.InnerException ?? new OperationCanceledException();
            return null;
        }

        unread.Remove(set);
        var count = answer.Result with { Segment = segment };
        if (told.TryGetValue(segment, out var last) && last.Count.MemberCount == count.MemberCount) return null;
        told[segment] = (count, clock.GetTimestamp());
        return count;
    }
}
