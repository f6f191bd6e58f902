namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Turns a prior state into the next by what was found of some segments, given in ascending order. Segments that nothing was found of stay
/// as they were, or go when everything was looked at. Where nothing changes, nothing is allocated.
/// </summary>
internal struct MembershipUpdate(MembershipState prior, CompiledSegment[] segments, long now, bool everything)
{
    // Null while all is as it was.
    private List<Finding>? findings;

    /// <summary>What was found of the segment at a place; places ascend.</summary>
    public void Add(int place, bool holds, long flip)
    {
        if (!everything)
        {
            var places = prior.PlacesAmong(segments);
            var known = places.FlipAt(place) is >= 0 and var at ? prior.FlipList[at].Micros : FlipTime.Never;

            // While the truth is the same, a flip that has moved to later is left where it was: waking too soon costs one look, while
            // writing it down with every event would cost more.
            if (places.IsMember(place) == holds && (flip == known || (flip > known && known > now))) return;
        }

        (findings ??= []).Add(new Finding(place, holds, flip));
    }

    public readonly EvaluationResult Complete(long version)
    {
        if (findings is null && !everything) return new EvaluationResult(prior, [], []);
        return everything ? Replaced(version) : Changed(version, findings!);
    }

    // Few of many are other than before.
    private readonly EvaluationResult Changed(long version, List<Finding> findings)
    {
        var places = prior.PlacesAmong(segments);
        List<SegmentId> entered = [], left = [];
        List<int> changedMembers = [], changedFlips = [];
        var (members, flips) = (new Splice(prior.MemberList), new Splice(prior.FlipList));
        foreach (var (place, holds, flip) in findings)
        {
            var segment = segments[place].Id;
            var member = places.MemberAt(place);
            if (member >= 0 != holds)
            {
                members.Set(member, holds ? new SegmentInstant(segment, now) : null);
                changedMembers.Add(place);
                (holds ? entered : left).Add(segment);
            }

            var known = places.FlipAt(place);
            if (known >= 0 || flip != FlipTime.Never) flips.Set(known, flip == FlipTime.Never ? null : new SegmentInstant(segment, flip));
            if (known >= 0 != (flip != FlipTime.Never)) changedFlips.Add(place);
        }

        var next = new MembershipState(version, members.Complete(), flips.Complete(), places.Toggle(changedMembers, changedFlips));
        return new EvaluationResult(next, entered, left);
    }

    // Whoever made the prior state may have had other segments.
    private readonly EvaluationResult Replaced(long version)
    {
        List<SegmentId> entered = [], left = [];
        List<SegmentInstant> members = [], flips = [];
        var known = 0;
        foreach (var (place, holds, flip) in findings ?? [])
        {
            var segment = segments[place].Id;
            for (; known < prior.MemberList.Length && prior.MemberList[known].Segment.CompareTo(segment) < 0; known++) left.Add(prior.MemberList[known].Segment);
            var wasMember = known < prior.MemberList.Length && prior.MemberList[known].Segment == segment;
            if (holds) members.Add(wasMember ? prior.MemberList[known] : new SegmentInstant(segment, now));
            if (holds != wasMember) (holds ? entered : left).Add(segment);
            if (wasMember) known++;
            if (flip != FlipTime.Never) flips.Add(new SegmentInstant(segment, flip));
        }

        for (; known < prior.MemberList.Length; known++) left.Add(prior.MemberList[known].Segment);
        var next = new MembershipState(version, [.. members], [.. flips]);
        return new EvaluationResult(next.Equals(prior) ? prior : next, entered, left);
    }

    private readonly record struct Finding(int Place, bool Holds, long Flip);

    /// <summary>A list with some entries set, added or taken away, in ascending order; what lies between them is copied as it is.</summary>
    private struct Splice(SegmentInstant[] entries)
    {
        private List<SegmentInstant>? spliced;
        private int copied;

        /// <summary>At an index, or the complement of where it is to be added; null takes away.</summary>
        public void Set(int index, SegmentInstant? entry)
        {
            spliced ??= new List<SegmentInstant>(entries.Length + 4);
            var at = index < 0 ? ~index : index;
            spliced.AddRange(entries.AsSpan(copied, at - copied));
            if (entry is { } added) spliced.Add(added);
            copied = index < 0 ? at : at + 1;
        }

        public readonly SegmentInstant[] Complete()
        {
            if (spliced is null) return entries;
            spliced.AddRange(entries.AsSpan(copied));
            return [.. spliced];
        }
    }
}
