namespace CdpPipeline.Domain.Segments;

/// <summary>
/// The segments a person is in and since when, and for each segment whose truth may change by time alone, when. Immutable and compact
/// (24 bytes for each).
/// </summary>
public sealed class MembershipState : IEquatable<MembershipState>
{
    /// <summary>Not evaluated by any catalog.</summary>
    internal const long Unevaluated = long.MinValue;

    private volatile MembershipPlaces? places;

    internal MembershipState(long catalogVersion, SegmentInstant[] members, SegmentInstant[] flips, MembershipPlaces? places = null)
    {
        this.places = places;
        CatalogVersion = catalogVersion;
        MemberList = members;
        FlipList = flips;
        DueMicros = FlipTime.Never;
        foreach (var flip in flips) DueMicros = Math.Min(DueMicros, flip.Micros);
    }

    /// <summary>In no segment, and never evaluated: the first evaluation looks at all segments.</summary>
    public static MembershipState None { get; } = new(Unevaluated, [], []);

    /// <summary>The memberships, by ascending segment id.</summary>
    public IEnumerable<KeyValuePair<SegmentId, DateTimeOffset>> Memberships => MemberList.Select(each => each.ToPair());

    public int Count => MemberList.Length;

    /// <summary>
    /// The segments that may change by time alone, with instants before which they do not if nothing else happens. Right after an evaluation of
    /// everything these are those at which they do; events that only move such an instant to later leave it as it is.
    /// </summary>
    public IEnumerable<KeyValuePair<SegmentId, DateTimeOffset>> Flips => FlipList.Select(each => each.ToPair());

    /// <summary>The earliest of the flips: when she must be evaluated again at the latest; null for never.</summary>
    public DateTimeOffset? Due => FlipTime.ToInstant(DueMicros);

    /// <summary>The version of the catalog that made this; an evaluation by another one looks at all segments.</summary>
    internal long CatalogVersion { get; }

    internal long DueMicros { get; }

    // Both by ascending segment id.
    internal SegmentInstant[] MemberList { get; }

    internal SegmentInstant[] FlipList { get; }

    /// <summary>Where the lists' segments are among those of the catalog that made this; found when first asked for.</summary>
    internal MembershipPlaces PlacesAmong(CompiledSegment[] segments) =>
        places ??= MembershipPlaces.Among(segments, MemberList, FlipList);

    /// <summary>The memberships as stored. When they flip is not known, so the first evaluation looks at all segments.</summary>
    public static MembershipState Restore(IEnumerable<KeyValuePair<SegmentId, DateTimeOffset>> memberships)
    {
        SegmentInstant[] members = [.. memberships.Select(each => SegmentInstant.Of(each.Key, each.Value)).OrderBy(each => each.Segment)];
        return new MembershipState(Unevaluated, members, []);
    }

    /// <summary>Whether the same catalog made both.</summary>
    public bool IsOfCatalogOf(MembershipState other) => CatalogVersion == other.CatalogVersion;

    /// <summary>The same with other instants for memberships that are there.</summary>
    public MembershipState With(IReadOnlyDictionary<SegmentId, DateTimeOffset> since) => new(
        CatalogVersion,
        [.. MemberList.Select(each => since.TryGetValue(each.Segment, out var instant) ? SegmentInstant.Of(each.Segment, instant) : each)],
        FlipList,
        places);

    /// <summary>Since when she is in the segment; null if she is not.</summary>
    public DateTimeOffset? Since(SegmentId segment)
    {
        var index = SegmentInstant.IndexOf(MemberList, segment);
        return index < 0 ? null : FlipTime.ToInstant(MemberList[index].Micros);
    }

    public bool Equals(MembershipState? other) => other is not null
        && CatalogVersion == other.CatalogVersion
        && MemberList.AsSpan().SequenceEqual(other.MemberList)
        && FlipList.AsSpan().SequenceEqual(other.FlipList);

    public override bool Equals(object? obj) => Equals(obj as MembershipState);

    public override int GetHashCode() => HashCode.Combine(CatalogVersion, MemberList.Length, FlipList.Length, DueMicros);
}
