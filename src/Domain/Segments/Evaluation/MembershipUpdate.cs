namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Turns a prior state into the next by what was found of some segments, given in ascending order. Segments that nothing was found of stay
/// as they were, or go when everything was looked at. Where nothing changes, nothing is allocated.
/// </summary>
internal struct MembershipUpdate(MembershipState prior, CompiledSegment[] segments, long now, bool everything)
{
    // Null while all is as it was.
    private List<Finding>? findings;
    private int member;
    private int pending;

    /// <summary>Whether she is in the segment at a place by the prior state; places ascend.</summary>
    public bool WasMember(int place)
    {
        var members = prior.PlacesAmong(segments).Members;
        while (member < members.Length && members[member] < place) member++;
        return member < members.Length && members[member] == place;
    }

    /// <summary>What was found of the segment at a place; places ascend.</summary>
    public void Add(int place, bool holds, long flip)
    {
        var segment = segments[place].Id;
        if (!everything)
        {
            var places = prior.PlacesAmong(segments);
            while (pending < places.Flips.Length && places.Flips[pending] < place) pending++;
            var isMember = WasMember(place);
            var known = pending < places.Flips.Length && places.Flips[pending] == place ? prior.FlipList[pending].Micros : FlipTime.Never;

            // While the truth is the same, a flip that has moved to later is left where it was: waking too soon costs one look, while
            // writing it down with every event would cost more.
            if (isMember == holds && (flip == known || (flip > known && known > now))) return;
        }

        (findings ??= []).Add(new Finding(segment, holds, flip));
    }

    public readonly EvaluationResult Complete(long version) =>
        findings is null && !everything ? new EvaluationResult(prior, [], []) : Changed(version);

    private readonly EvaluationResult Changed(long version)
    {
        List<SegmentId> entered = [], left = [], ignored = [];
        var at = now;
        var members = Merge(prior.MemberList, finding => finding.Holds ? at : null, keepsInstant: true, entered, left);
        var flips = Merge(prior.FlipList, finding => finding.Flip == FlipTime.Never ? null : finding.Flip, keepsInstant: false, ignored, ignored);
        var next = new MembershipState(version, members, flips);
        return new EvaluationResult(next.Equals(prior) ? prior : next, entered, left);
    }

    // Keeps the ascending order; an entry that stays keeps its instant or gets the new one.
    private readonly SegmentInstant[] Merge(
        SegmentInstant[] entries, Func<Finding, long?> instantOf, bool keepsInstant, List<SegmentId> added, List<SegmentId> removed)
    {
        var merged = new List<SegmentInstant>(entries.Length + 1);
        var i = 0;
        foreach (var finding in findings ?? [])
        {
            for (; i < entries.Length && entries[i].Segment.CompareTo(finding.Segment) < 0; i++) Pass(entries[i], everything, merged, removed);
            var isThere = i < entries.Length && entries[i].Segment == finding.Segment;
            var instant = instantOf(finding);
            if (instant is { } value) merged.Add(isThere && keepsInstant ? entries[i] : new SegmentInstant(finding.Segment, value));
            if (instant is not null && !isThere) added.Add(finding.Segment);
            if (instant is null && isThere) removed.Add(finding.Segment);
            if (isThere) i++;
        }

        for (; i < entries.Length; i++) Pass(entries[i], everything, merged, removed);
        return [.. merged];

        static void Pass(SegmentInstant entry, bool everything, List<SegmentInstant> merged, List<SegmentId> removed)
        {
            if (everything) removed.Add(entry.Segment);
            else merged.Add(entry);
        }
    }

    private readonly record struct Finding(SegmentId Segment, bool Holds, long Flip);
}
