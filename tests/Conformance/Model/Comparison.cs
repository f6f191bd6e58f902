using System.Text;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>Looks at everything that can be seen of some people and says where it is not what it should be.</summary>
internal sealed class Comparison(House house, DateTimeOffset now, Random random)
{
    /// <summary>All people of a history; those and no others have keys above <paramref name="afterKey"/>.</summary>
    public async Task CompareAsync(ReferenceModel model, long afterKey, CancellationToken cancellationToken)
    {
        SameList("pending merges", [], await house.Index.PendingMergesAsync(100, cancellationToken));
        var listed = await ListAsync(afterKey, cancellationToken);
        SameList("people", model.Roots.Select(root => root.Id).Order(), listed.Select(identity => identity.Id).Order());
        foreach (var (identifier, owner) in model.Owners)
        {
            Same($"owner of {identifier}", owner.Id, await house.Index.FindOwnerAsync(identifier, cancellationToken));
            Same($"who speaks for {identifier}", owner.Root.Id, (await house.Resolver.DescribeAsync(identifier, cancellationToken))?.Id);
        }

        foreach (var piece in model.Pieces) Same($"who speaks for {piece.Id}", piece.Root.Id, (await house.Resolver.DescribeAsync(piece.Id, cancellationToken))?.Id);
        foreach (var root in model.Roots)
        {
            var parts = model.PartsOf(root);
            await CompareAsync(root.Id, model.Person(root), cancellationToken);
            var profile = (await house.Grains.Identity(root.Id).ProfileAsync(cancellationToken)).Profile!;
            Same("created", root.CreatedAt, profile.CreatedAt);
            SameList("merged ids", parts.Where(part => part != root).Select(part => part.Id).Order(), profile.MergedIds.Order());
            Same("userId", root.UserId, profile.UserId);
            var history = (await house.Grains.Identity(root.Id).MergesAsync(cancellationToken)).History!;
            SameList("merges", parts.SelectMany(part => part.Merges).Select(Text).Order(StringComparer.Ordinal), history.Merges.Select(Text).Order(StringComparer.Ordinal));
            SameList(
                "conflicts",
                parts.SelectMany(part => part.Conflicts).Select(conflict => $"{conflict}").Order(StringComparer.Ordinal),
                history.Conflicts.Select(conflict => $"{(conflict.Identifier, conflict.Owner)}").Order(StringComparer.Ordinal));
        }

        await CompareMembersAsync(model.Roots.ToDictionary(root => root.Id, model.Person), afterKey, cancellationToken);
    }

    /// <summary>The identities with keys above, whoever they are.</summary>
    public async Task<IReadOnlyList<IndexedIdentity>> ListAsync(long afterKey, CancellationToken cancellationToken)
    {
        var listed = new List<IndexedIdentity>();
        var limit = random.Next(1, 20);
        for (long? before = null; await house.Index.ListAsync(null, before, limit, cancellationToken) is { Count: > 0 } page && page[0].Key > afterKey; before = page[^1].Key)
            listed.AddRange(page.Where(identity => identity.Key > afterKey));
        return listed;
    }

    /// <summary>One person's profile and timeline beside what her events say.</summary>
    public async Task CompareAsync(IdentityId id, ReferencePerson expected, CancellationToken cancellationToken)
    {
        var profile = (await house.Grains.Identity(id).ProfileAsync(cancellationToken)).Profile ?? throw new ModelMismatchException($"{id} has no profile.");
        Same("id", id, profile.Id);
        SameList("identifiers", expected.Identifiers.Select(Text), profile.Identifiers.Select(Text));
        Same("email", expected.Newest(IdentifierKind.Email), profile.Email);
        Same("phone", expected.Newest(IdentifierKind.Phone), profile.Phone);
        Same("traits", Text(WatchedTrait.Over(expected, now)), Text(profile.Traits));
        SameList("groups", expected.Groups.OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{group.Key} {Text(group.Value)}"), profile.Groups.Select(group => $"{group.GroupId} {Text(group.Traits)}"));
        SameList("consent", expected.Consents.Select(said => $"{said.Key} {said.Value}"), profile.Consents.Select(said => $"{said.Category} {(said.Granted, said.At)}"));
        Same("event count", expected.Events.Count, profile.EventCount);
        Same("page views", expected.Events.Count(stored => stored.Event.Type == EventType.Page), profile.PageViews);
        Same("conversions", expected.Events.Count(stored => stored.Event.Name == "Upgraded Plan"), profile.Conversions);
        Same("first seen", expected.FirstSeen, profile.FirstSeen);
        Same("last seen", expected.LastSeen, profile.LastSeen);
        var newest = expected.Events.Reverse().ToList();
        SameList("timeline of the profile", newest.Where(stored => stored.Event.Timestamp >= now - Timeline.Reach).Take(Timeline.EventsMax).Select(Text), profile.Timeline.Select(Text));
        SameList("timeline", newest.Select(Text), (await TimelineAsync(id, new TimelineQuery(random.Next(1, 30)), cancellationToken)).Select(Text));
        await ComparePartAsync(id, newest, cancellationToken);
        SameList(
            "segments",
            house.Watched.Where(segment => segment.Value.Holds(expected, now)).Select(segment => segment.Value.Name).Order(StringComparer.Ordinal),
            profile.Segments.Select(membership => house.Watched[membership.Segment].Name).Order(StringComparer.Ordinal));
    }

    /// <summary>The membership rows of these people, and of nobody else among the keys above.</summary>
    public async Task CompareMembersAsync(IReadOnlyDictionary<IdentityId, ReferencePerson> people, long afterKey, CancellationToken cancellationToken)
    {
        foreach (var (segment, watched) in house.Watched)
        {
            var rows = new List<StoredMember>();
            for (var after = afterKey; await house.Memberships.ListAsync(segment, after, 7, cancellationToken) is { Count: > 0 } page; after = page[^1].Key) rows.AddRange(page);
            SameList($"members of {watched.Name}", people.Where(person => watched.Holds(person.Value, now)).Select(person => person.Key).Order(), rows.Select(row => row.Id).Order());
        }
    }

    public async Task<List<StoredEvent>> TimelineAsync(IdentityId id, TimelineQuery query, CancellationToken cancellationToken)
    {
        var events = new List<StoredEvent>();
        while (true)
        {
            var page = (await house.Grains.Identity(id).EventsAsync(query, cancellationToken)).Events ?? throw new ModelMismatchException($"{id} has no events.");
            events.AddRange(page);
            if (page.Count < query.Limit) return events;
            query = query with { Before = TimelinePosition.Of(page[^1]) };
        }
    }

    private async Task ComparePartAsync(IdentityId id, List<StoredEvent> newest, CancellationToken cancellationToken)
    {
        if (newest.Count == 0) return;
        var (one, other) = (newest[random.Next(newest.Count)].Event.Timestamp, newest[random.Next(newest.Count)].Event.Timestamp);
        var name = random.Next(2) == 0 ? "Order" : null;
        var query = new TimelineQuery(random.Next(1, 10)) { From = one < other ? one : other, To = one < other ? other : one, Name = name };
        SameList(
            $"timeline from {query.From:O} to {query.To:O} of {name}",
            newest.Where(stored => stored.Event.Timestamp >= query.From && stored.Event.Timestamp <= query.To && (name is null || stored.Event.Name == name)).Select(Text),
            (await TimelineAsync(id, query, cancellationToken)).Select(Text));
    }

    private static string Text(LinkedIdentifier linked) => $"{linked.Identifier} since {linked.FirstSeen:O}";

    private static string Text(MergeRecord merge) => $"{merge.Merged} into {merge.Into} at {merge.At:O} because {merge.Cause.Reason} {merge.Cause.MessageId}, undone {merge.UndoneAt:O}";

    private static string Text(StoredEvent stored)
    {
        var e = stored.Event;
        return $"{stored.Id} {e.Type} {e.Name} {string.Join(',', e.Identifiers)} {stored.MessageId} {e.Timestamp:O} {e.ReceivedAt:O} {e.Source} {Encoding.UTF8.GetString(e.Properties.Span)}";
    }

    private static string Text(IReadOnlyDictionary<string, string> traits) =>
        string.Join(',', traits.OrderBy(trait => trait.Key, StringComparer.Ordinal).Select(trait => $"{trait.Key}={trait.Value}"));

    private static string Text(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> traits) => Text(traits.ToDictionary(trait => trait.Key, trait => Encoding.UTF8.GetString(trait.Value.Span)));

    private static void SameList<T>(string what, IEnumerable<T> expected, IEnumerable<T> seen)
    {
        List<T> wanted = [.. expected], found = [.. seen];
        if (!wanted.SequenceEqual(found)) throw new ModelMismatchException($"{what}:\n  expected {string.Join("\n           ", wanted)}\n  seen     {string.Join("\n           ", found)}");
    }

    private static void Same<T>(string what, T expected, T seen)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, seen)) throw new ModelMismatchException($"{what}: expected {expected}, seen {seen}");
    }
}
