namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Turns a prior state into the next by what was found of some segments, given in ascending order. Segments that nothing was found of stay
/// as they were, or go when everything was looked at.
/// </summary>
internal sealed class MembershipUpdate(MembershipState prior, long now, bool everything)
{
    private readonly List<Finding> findings = [];

    public void Add(SegmentId segment, bool holds, long flip) => findings.Add(new Finding(segment, holds, flip));

    public EvaluationResult Complete(long version)
    {
        List<SegmentId> entered = [], left = [];
        var members = Merge(prior.MemberList, finding => finding.Holds ? now : null, keepsInstant: true, entered, left);
        List<SegmentId> ignored = [];
        var flips = Merge(prior.FlipList, finding => finding.Flip == FlipTime.Never ? null : finding.Flip, keepsInstant: false, ignored, ignored);
        var next = new MembershipState(version, members, flips);
        return new EvaluationResult(next.Equals(prior) ? prior : next, entered, left);
    }

    // Keeps the ascending order; an entry that stays keeps its instant or gets the new one.
    private SegmentInstant[] Merge(SegmentInstant[] entries, Func<Finding, long?> instantOf, bool keepsInstant, List<SegmentId> added, List<SegmentId> removed)
    {
        var merged = new List<SegmentInstant>(entries.Length + 1);
        var i = 0;
        foreach (var finding in findings)
        {
            for (; i < entries.Length && entries[i].Segment.CompareTo(finding.Segment) < 0; i++) Pass(entries[i]);
            var isThere = i < entries.Length && entries[i].Segment == finding.Segment;
            var instant = instantOf(finding);
            if (instant is { } value) merged.Add(isThere && keepsInstant ? entries[i] : new SegmentInstant(finding.Segment, value));
            if (instant is not null && !isThere) added.Add(finding.Segment);
            if (instant is null && isThere) removed.Add(finding.Segment);
            if (isThere) i++;
        }

        for (; i < entries.Length; i++) Pass(entries[i]);
        return [.. merged];

        void Pass(SegmentInstant entry)
        {
            if (everything) removed.Add(entry.Segment);
            else merged.Add(entry);
        }
    }

    private readonly record struct Finding(SegmentId Segment, bool Holds, long Flip);
}
