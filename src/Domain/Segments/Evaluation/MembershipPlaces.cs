using System.Numerics;

namespace CdpPipeline.Domain.Segments;

/// <summary>Where a person's memberships and flips are among a catalog's segments: a bit for each segment, set for those that have an entry.</summary>
internal sealed class MembershipPlaces(ulong[] members, ulong[] flips)
{
    /// <summary>The places of those that the person is in.</summary>
    public ReadOnlySpan<ulong> Members => members;

    /// <summary>Both lists are by ascending segment id, and so are the segments; an entry of a segment that is gone has no place.</summary>
    public static MembershipPlaces Among(CompiledSegment[] segments, SegmentInstant[] members, SegmentInstant[] flips) =>
        new(Among(segments, members), Among(segments, flips));

    public bool IsMember(int place) => Has(members, place);

    /// <summary>Where in the list of memberships a segment's entry is, or the complement of where it would be.</summary>
    public int MemberAt(int place) => IndexOf(members, place);

    /// <summary>The same in the list of flips.</summary>
    public int FlipAt(int place) => IndexOf(flips, place);

    /// <summary>With these places added where they are missing and taken away where they are not.</summary>
    public MembershipPlaces Toggle(IReadOnlyList<int> changedMembers, IReadOnlyList<int> changedFlips) =>
        new(Toggle(members, changedMembers), Toggle(flips, changedFlips));

    private static bool Has(ulong[] bits, int place) => (bits[place >> 6] >> (place & 63) & 1) != 0;

    private static int IndexOf(ulong[] bits, int place)
    {
        var before = BitOperations.PopCount(bits[place >> 6] & ((1UL << (place & 63)) - 1));
        for (var word = 0; word < place >> 6; word++) before += BitOperations.PopCount(bits[word]);
        return Has(bits, place) ? before : ~before;
    }

    private static ulong[] Toggle(ulong[] bits, IReadOnlyList<int> places)
    {
        if (places.Count == 0) return bits;
        var toggled = (ulong[])bits.Clone();
        for (var i = 0; i < places.Count; i++) toggled[places[i] >> 6] ^= 1UL << (places[i] & 63);
        return toggled;
    }

    private static ulong[] Among(CompiledSegment[] segments, SegmentInstant[] entries)
    {
        var bits = new ulong[(segments.Length + 63) >> 6];
        var at = 0;
        foreach (var entry in entries)
        {
            while (at < segments.Length && segments[at].Id.CompareTo(entry.Segment) < 0) at++;
            if (at < segments.Length && segments[at].Id == entry.Segment) bits[at >> 6] |= 1UL << (at & 63);
        }

        return bits;
    }
}
