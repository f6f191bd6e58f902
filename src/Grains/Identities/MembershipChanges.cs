using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Identities;

/// <summary>
/// Turns what a judgement found into changes of rows, and says what is to be told of them. Entries get an instant that no entry of hers had before. Where a
/// changed segment has a set to come beside the one that is shown, whoever is in both has the same instant in both, and whoever is only in the
/// one to come has an instant that was never told: so the one can take the other's place at any time.
/// </summary>
internal sealed class MembershipChanges(IdentityServices services)
{
    /// <summary>The turn with the instants of its memberships, the changes, and the instant that it gave to entries, if it did.</summary>
    public (Turn Turn, IReadOnlyList<MembershipChange> Changes, DateTimeOffset? Entry) Decide(MembershipState before, Turn turn)
    {
        var (judged, key) = (turn.Judged, turn.Person.Own.Key);
        var entry = services.Entries.Next(turn.Person.NextEntry(turn.At));
        var since = Instants(before, judged, entry, isOther: turn.Cause is MembershipCause.Merge or MembershipCause.Undo);
        var changes = new List<MembershipChange>(since.Count + judged.Left.Count + turn.OtherMemberships.Count);
        foreach (var set in judged.Entered) changes.Add(new MembershipChange(set, key, since[set]) { News = News(before, turn, set) });
        foreach (var set in judged.Left) changes.Add(new MembershipChange(set, key, Since: null) { News = News(before, turn, set) });
        foreach (var (set, instant) in since)
        {
            if (!judged.Entered.Contains(set)) changes.Add(new MembershipChange(set, key, instant) { Replaces = true });
        }

        foreach (var other in turn.OtherMemberships)
        {
            var isOwn = other.Identity == key && other.Since is not null && since.ContainsKey(other.Segment);
            changes.Add(isOwn ? other with { Since = since[other.Segment] } : other);
        }

        return (turn with { Judged = judged.With(since) }, changes, since.ContainsValue(entry) ? entry : null);
    }

    /// <summary>
    /// The instants of the memberships that begin (an entry's, which was never given) and of those in sets to come that must have another one. With
    /// <paramref name="isOther"/> she was somebody else before, who may have been given the instants: what was never told then gets a new one.
    /// </summary>
    public Dictionary<SegmentId, DateTimeOffset> Instants(MembershipState before, EvaluationResult judged, DateTimeOffset entry, bool isOther)
    {
        var since = new Dictionary<SegmentId, DateTimeOffset>(judged.Entered.Count);
        foreach (var set in judged.Entered) since[set] = entry;
        foreach (var (shown, coming) in services.Catalogs.Current.Changing)
        {
            if (judged.State.Since(coming) is not { } known) continue;
            var isNew = since.ContainsKey(coming);
            DateTimeOffset wanted;
            if (judged.State.Since(shown) is { } shownSince) wanted = since.GetValueOrDefault(shown, shownSince);
            else wanted = isNew || isOther || before.Since(shown) is not null ? entry : known;
            if (isNew || wanted != known) since[coming] = wanted;
        }

        return since;
    }

    private MembershipNews News(MembershipState before, Turn turn, SegmentId set)
    {
        if (turn.Cause is { } cause) return new MembershipNews(turn.At, cause);

        // Whoever is judged by a definition for the first time is in or out because of it.
        if (services.Catalogs.Unfinished.Contains(set) && !before.IsOfCatalogOf(turn.Judged.State)) return new MembershipNews(turn.At, MembershipCause.Definition);
        return new MembershipNews(turn.At, turn.Entries.Count > 0 ? MembershipCause.Event : MembershipCause.Time);
    }
}
