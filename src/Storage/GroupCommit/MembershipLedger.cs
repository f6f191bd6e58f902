using System.Runtime.InteropServices;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Storage.GroupCommit;

/// <summary>
/// The numbers of one writer's membership commits. A writer lives as long as its connection. Numbers may be skipped (by commits that
/// turned out to change no row), but never come twice.
/// </summary>
internal sealed class MembershipLedger(int writer, string node, IMembershipStream stream, TimeProvider clock)
{
    private readonly Dictionary<SegmentId, long> lastCommits = [];
    private readonly Dictionary<SegmentId, (int Entered, int Left)> changes = [];
    private long commit;

    public int Writer => writer;

    /// <summary>The node whose writer it is.</summary>
    public string Node => node;

    /// <summary>The number under way.</summary>
    public long Commit => commit;

    /// <summary>When it is used, so that positions nobody can ask for any more are known by their age.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Takes the next number, before the transaction stores it.</summary>
    public long Begin()
    {
        changes.Clear();
        return ++commit;
    }

    public void Entered(SegmentId segment) => CollectionsMarshal.GetValueRefOrAddDefault(changes, segment, out _).Entered++;

    public void Left(SegmentId segment) => CollectionsMarshal.GetValueRefOrAddDefault(changes, segment, out _).Left++;

    /// <summary>The transaction did not commit.</summary>
    public void Abandon() => changes.Clear();

    /// <summary>The transaction is durable: tells the segments, one delta each.</summary>
    public void Publish()
    {
        if (changes.Count == 0) return;
        var at = clock.GetUtcNow();
        var deltas = new MembershipDelta[changes.Count];
        var i = 0;
        foreach (var (segment, change) in changes)
        {
            ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(lastCommits, segment, out _);
            deltas[i++] = new MembershipDelta(segment, writer, commit, last, change.Entered, change.Left, at);
            last = commit;
        }

        changes.Clear();
        stream.Publish(deltas);
    }
}
