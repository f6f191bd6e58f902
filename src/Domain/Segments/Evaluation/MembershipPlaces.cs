namespace CdpPipeline.Domain.Segments;

/// <summary>Where a person's memberships and flips are among a catalog's segments, both ascending; a segment that is gone has no place.</summary>
internal sealed record MembershipPlaces(int[] Members, int[] Flips)
{
    public const int Gone = -1;

    /// <summary>Both lists are by ascending segment id.</summary>
    public static int[] Among(CompiledSegment[] segments, SegmentInstant[] entries)
    {
        if (entries.Length == 0) return [];
        var places = new int[entries.Length];
        var at = 0;
        for (var i = 0; i < entries.Length; i++)
        {
            while (at < segments.Length && segments[at].Id.CompareTo(entries[i].Segment) < 0) at++;
            places[i] = at < segments.Length && segments[at].Id == entries[i].Segment ? at : Gone;
        }

        return places;
    }
}
