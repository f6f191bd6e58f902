using System.Numerics;

namespace CdpPipeline.Domain.Segments;

/// <summary>Evaluates those segments of a catalog that a change or the clock can have affected.</summary>
internal sealed class MembershipEvaluator(long version, int highestCondition, CompiledSegment[] segments)
{
    // Up to so many segments, marks fit on the stack.
    private const int StackMarksMax = 8_192;

    [ThreadStatic]
    private static List<int>? undecidedHere;

    private readonly SegmentIndex index = new(segments);
    private readonly ulong[] keepsTrue = Marks(segments, static root => (root.Trend & EventTrend.KeepsTrue) != 0);
    private readonly ulong[] keepsFalse = Marks(segments, static root => (root.Trend & EventTrend.KeepsFalse) != 0);

    /// <summary>The segment's place among all, by ascending id; negative when it is not there.</summary>
    public int IndexOf(SegmentId segment)
    {
        int low = 0, high = segments.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = segments[middle].Id.CompareTo(segment);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return -1;
    }

    public EvaluationResult Evaluate(MembershipState prior, IPerson person, WindowSet? given, in PersonChange change, long now)
    {
        var everything = change.IsEverything || prior.CatalogVersion != version;
        if (!everything && prior.DueMicros > now && !index.Affects(change)) return new EvaluationResult(prior, [], []);
        var windows = given ?? person.Windows;
        if (windows.KnownThrough < highestCondition)
        {
            throw new InvalidOperationException($"The windows know conditions up to {windows.KnownThrough}, the catalog has {highestCondition}.");
        }

        var words = (segments.Length + 63) >> 6;
        Span<ulong> marks = segments.Length <= StackMarksMax ? stackalloc ulong[words] : new ulong[words];
        marks.Clear();
        if (everything) MarkAll(marks);
        else Mark(prior, change, now, marks);
        var isOnlyEvents = !everything && prior.DueMicros > now && change.IsOnlyEvents;
        if (isOnlyEvents) Unmark(prior.PlacesAmong(segments).Members, marks);
        return Evaluate(prior, new Moment(person, windows, now), marks, everything, isOnlyEvents);
    }

    private static ulong[] Marks(CompiledSegment[] segments, Predicate<CompiledNode> isMarked)
    {
        var marks = new ulong[(segments.Length + 63) >> 6];
        for (var i = 0; i < segments.Length; i++)
        {
            if (isMarked(segments[i].Root)) marks[i >> 6] |= 1UL << (i & 63);
        }

        return marks;
    }

    // Whose truth of before no event changes.
    private void Unmark(ReadOnlySpan<ulong> members, Span<ulong> marks)
    {
        for (var word = 0; word < marks.Length; word++) marks[word] &= ~((members[word] & keepsTrue[word]) | (~members[word] & keepsFalse[word]));
    }

    private void MarkAll(Span<ulong> marks)
    {
        for (var i = 0; i < segments.Length; i++) marks[i >> 6] |= 1UL << (i & 63);
    }

    private void Mark(MembershipState prior, in PersonChange change, long now, Span<ulong> marks)
    {
        index.Mark(change, marks);
        if (prior.DueMicros > now) return;
        foreach (var flip in prior.FlipList)
        {
            if (flip.Micros <= now && IndexOf(flip.Segment) is >= 0 and var i) marks[i >> 6] |= 1UL << (i & 63);
        }
    }

    private EvaluationResult Evaluate(MembershipState prior, in Moment moment, ReadOnlySpan<ulong> marks, bool everything, bool isOnlyEvents)
    {
        var undecided = undecidedHere ??= [];
        undecided.Clear();
        var asked = moment with { Undecided = undecided };
        var update = new MembershipUpdate(prior, segments, moment.Now, everything);
        var places = isOnlyEvents ? prior.PlacesAmong(segments) : null;
        for (var word = 0; word < marks.Length; word++)
        {
            for (var bits = marks[word]; bits != 0; bits &= bits - 1)
            {
                var place = (word << 6) + BitOperations.TrailingZeroCount(bits);
                if (isOnlyEvents && (segments[place].Root.TrendAt(asked) & (places!.IsMember(place) ? EventTrend.KeepsTrue : EventTrend.KeepsFalse)) != 0) continue;
                var holds = segments[place].Holds(asked, out var flip);
                update.Add(place, holds, flip);
            }
        }

        return undecided.Count == 0 ? update.Complete(version) : new EvaluationResult(prior, [], []) { Undecided = [.. undecided] };
    }
}
