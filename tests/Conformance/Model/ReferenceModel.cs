using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Grains.Interfaces.Ingest;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>
/// What must become of a history: a union-find that can be undone, and events in lists. Only names that nothing can foretell (ids, keys,
/// places in the log) are taken from the answers; everything else in an answer is checked.
/// </summary>
internal sealed class ReferenceModel
{
    private readonly Dictionary<Identifier, Piece> owners = [];
    private readonly List<Piece> pieces = [];
    private readonly HashSet<(IdentityId, IdentityId)> apart = [];
    private readonly HashSet<Identifier> suppressed = [];

    public IReadOnlyList<Piece> Pieces => pieces;

    public IReadOnlyDictionary<Identifier, Piece> Owners => owners;

    public IEnumerable<Piece> Roots => pieces.Where(piece => piece.Parent is null);

    public List<Piece> PartsOf(Piece root) => [.. pieces.Where(piece => piece.Root == root)];

    public ReferencePerson Person(Piece root)
    {
        var parts = PartsOf(root);
        return new ReferencePerson(
            parts.SelectMany(part => part.Events),
            parts.SelectMany(part => part.Owned.Select(identifier => (identifier, part.EventsSince(part.Claims[identifier])))));
    }

    /// <summary>
    /// Leaves out what may rightly end in more than one way: parts of a batch that run side by side and meet at one person, and repeated
    /// events that name people who may be joined by now (whether a repetition joins depends on what a node remembers).
    /// </summary>
    public List<Event> Settled(IReadOnlyList<Event> events)
    {
        var settled = new List<Event>();
        var taken = new HashSet<Piece>();
        var clear = events.Where(e => !(IsKnown(e) && Plan(Extended(e)).Join is not null)).ToList();
        foreach (var group in NamedTogether.Groups(clear).Select(places => places.ConvertAll(i => clear[i])))
        {
            var named = group.SelectMany(NamedTogether.Names).Where(owners.ContainsKey).Select(name => owners[name].Root).ToHashSet();
            if (taken.Overlaps(named)) continue;
            taken.UnionWith(named);
            settled.AddRange(group);
        }

        return settled;
    }

    public void Take(IReadOnlyList<Event> events, IReadOnlyList<IngestOutcome> outcomes, DateTimeOffset now)
    {
        foreach (var places in NamedTogether.Groups(events))
        {
            var (group, answers) = (places.ConvertAll(i => events[i]), places.ConvertAll(i => outcomes[i]));
            if (group.Count > 1 && TryTogether(group, answers, now)) continue;
            for (var i = 0; i < group.Count; i++) TakeOne(group[i], answers[i], now);
        }
    }

    /// <summary>The merge that the rules allow of these two now: who goes into whom. Null: none.</summary>
    public (Piece Loser, Piece Survivor)? Decide(Piece left, Piece right, bool isExplicit)
    {
        if (left == right) return null;
        if (!isExplicit && PartsOf(left).Any(l => PartsOf(right).Any(r => apart.Contains(Pair(l, r))))) return null;
        var leftSurvives = (left.UserId, right.UserId) switch
        {
            (not null, not null) => true,
            (not null, null) => true,
            (null, not null) => false,
            _ => left.IsOlderThan(right),
        };
        if (left.UserId is not null && right.UserId is not null && !isExplicit) return null;
        return leftSurvives ? (right, left) : (left, right);
    }

    public void Join(Piece loser, Piece survivor, MergeCause cause, DateTimeOffset now)
    {
        loser.Parent = survivor;
        survivor.Merges.Add(new MergeRecord(loser.Id, survivor.Id, loser.Key, now, cause, null));
        apart.Remove(Pair(loser, survivor));
    }

    public void Undo(Piece piece, DateTimeOffset now)
    {
        var parent = piece.Parent!;
        var at = parent.Merges.FindIndex(merge => merge.Merged == piece.Id && merge.UndoneAt is null);
        parent.Merges[at] = parent.Merges[at] with { UndoneAt = now };
        apart.Add(Pair(piece, parent));
        piece.Parent = null;
    }

    /// <summary>Removes what each source sent before an instant; the number of events.</summary>
    public int Expire(IReadOnlyDictionary<string, DateTimeOffset> before) => pieces.Sum(piece => piece.Expire(before));

    /// <summary>Forgets a person with all her parts; what there was of her.</summary>
    public (long Components, long Identifiers, long Events) Erase(Piece root, bool suppresses)
    {
        var parts = PartsOf(root);
        Identifier[] identifiers = [.. parts.SelectMany(part => part.Owned)];
        pieces.RemoveAll(parts.Contains);
        foreach (var identifier in identifiers) owners.Remove(identifier);
        if (suppresses) suppressed.UnionWith(identifiers);
        return (parts.Count, identifiers.Length, parts.Sum(part => part.Events.Count));
    }

    private static (IdentityId, IdentityId) Pair(Piece a, Piece b) => a.Id.CompareTo(b.Id) < 0 ? (a.Id, b.Id) : (b.Id, a.Id);

    private bool IsKnown(Event e) => e.MessageId is { } id && pieces.Any(piece => piece.Events.Concat(piece.Gone).Any(stored => stored.Event.MessageId == id));

    private StoredEvent? Stored(Piece root, string? messageId, EventId answered)
    {
        if (messageId is null) return null;
        var same = PartsOf(root).SelectMany(part => part.Events.Concat(part.Gone)).Where(stored => stored.Event.MessageId == messageId).ToList();
        return same.Find(stored => stored.Id == answered) ?? same.FirstOrDefault();
    }

    /// <summary>A batch whose names all belong to one person, or to nobody, is one person's.</summary>
    private bool TryTogether(List<Event> events, List<IngestOutcome> answers, DateTimeOffset now)
    {
        var users = events.SelectMany(e => e.Identifiers).Where(identifier => identifier.Kind == IdentifierKind.UserId).Distinct().ToList();
        var roots = events.SelectMany(e => e.Identifiers).Where(owners.ContainsKey).Select(identifier => owners[identifier].Root).Distinct().ToList();
        if (events.Exists(e => e.PreviousId is not null || IsSuppressed(e)) || users.Count > 1 || roots.Count > 1) return false;
        var root = roots.Count == 1 ? roots[0] : null;
        if (root?.UserId is { } own && users.Count == 1 && users[0].Value != own && !owners.ContainsKey(users[0])) return false;
        if (root is null && answers.Select(answer => answer.Event.Component).Distinct().Count() > 1) return false;
        if (root is not null && answers.Exists(answer => pieces.TrueForAll(piece => piece.Key != answer.Event.Component))) return false;
        root ??= New(now);
        for (var i = 0; i < events.Count; i++) Place(root, events[i], [], answers[i]);
        Expect(answers.TrueForAll(answer => answer.Identity == root.Id), "A batch of one person was answered with another identity.");
        return true;
    }

    private bool IsSuppressed(Event e) => suppressed.Overlaps(NamedTogether.Names(e));

    private void TakeOne(Event sent, IngestOutcome answer, DateTimeOffset now)
    {
        if (IsSuppressed(sent))
        {
            Expect(answer == IngestOutcome.Suppressed, $"{sent.MessageId} names somebody who is to be forgotten, the answer says {answer}.");
            return;
        }

        var e = Extended(sent);
        var reason = e.PreviousId is null ? MergeReason.SharedEvent : MergeReason.Alias;
        var cause = new MergeCause(reason, e.Identifiers, e.MessageId);
        var plan = Plan(e);
        while (plan.Join is { } join)
        {
            Join(join.Loser, join.Survivor, cause, now);
            plan = Plan(e);
        }

        var foreign = e.Identifiers.Where(owners.ContainsKey).Select(identifier => (identifier, owners[identifier].Root.Id)).Where(pair => plan.Target is null || pair.Id != plan.Target.Id).ToList();
        var target = plan.Target ?? New(now);
        Place(target, e, foreign, answer);
        Expect(answer.Identity == target.Id, $"The event belongs to {target.Id}, the answer says {answer.Identity}.");
        if (e.PreviousId is not { } previous) return;
        var other = owners.GetValueOrDefault(new Identifier(IdentifierKind.UserId, previous)) ?? owners.GetValueOrDefault(new Identifier(IdentifierKind.AnonymousId, previous));
        if (other is not null && Decide(target, other.Root, isExplicit: true) is var (loser, survivor)) Join(loser, survivor, cause, now);
    }

    /// <summary>A previous id that is nobody's userId is an anonymousId.</summary>
    private Event Extended(Event e)
    {
        if (e.PreviousId is not { } previous || e.Identifiers.Any(identifier => identifier.Value == previous) || owners.ContainsKey(new Identifier(IdentifierKind.UserId, previous))) return e;
        return e with { Identifiers = [.. e.Identifiers, new Identifier(IdentifierKind.AnonymousId, previous)] };
    }

    /// <summary>
    /// An event is its strongest owned name's. With a userId that nobody has, it is nobody's who has another. Who else it names is joined
    /// to that one, where the rules let them.
    /// </summary>
    private (Piece? Target, (Piece Loser, Piece Survivor)? Join) Plan(Event e)
    {
        var named = e.Identifiers.Where(owners.ContainsKey).Select(identifier => owners[identifier].Root).Distinct().ToList();
        var isNewUser = e.Identifiers[0].Kind == IdentifierKind.UserId && !owners.ContainsKey(e.Identifiers[0]);
        if (isNewUser) named = named.FindAll(root => root.UserId is null);
        if (named.Count == 0) return (null, null);
        return (named[0], named.Skip(1).Select(other => Decide(named[0], other, isExplicit: false)).FirstOrDefault(join => join is not null));
    }

    private static Piece New(DateTimeOffset now) => new() { CreatedAt = now };

    private void Place(Piece root, Event e, List<(Identifier Identifier, IdentityId Owner)> foreign, IngestOutcome answer)
    {
        if (Stored(root, e.MessageId, answer.Event) is { } first)
        {
            Expect(answer.Status == IngestStatus.Duplicate && answer.Event == first.Id, $"{e.MessageId} is a duplicate of {first.Id}, the answer says {answer}.");
            return;
        }

        Expect(answer.Status == IngestStatus.Stored, $"{e.MessageId} is new, the answer says {answer}.");
        if (root.Key == 0)
        {
            Expect(pieces.TrueForAll(piece => piece.Key != answer.Event.Component && piece.Id != answer.Identity), "A new person was given an identity that is there already.");
            (root.Key, root.Id) = (answer.Event.Component, answer.Identity);
            pieces.Add(root);
        }

        var free = e.Identifiers.Where(identifier => !owners.ContainsKey(identifier)).ToList();
        var isNewUser = free.Count > 0 && free[0].Kind == IdentifierKind.UserId;
        var strongest = e.Identifiers.FirstOrDefault(identifier => owners.TryGetValue(identifier, out var owner) && owner.Root == root);
        var place = isNewUser || strongest == default ? root : owners[strongest];
        Expect(answer.Event.Component == place.Key, $"The event goes to component {place.Key}, the answer says {answer.Event}.");
        Expect(place.Events.Concat(place.Gone).All(stored => stored.Id.Seq < answer.Event.Seq), $"The log does not go on with {answer.Event}.");
        var arrival = place.Events.Select(stored => stored.Event.ReceivedAt).Append(e.ReceivedAt).Max();
        place.Events.Add(new StoredEvent(answer.Event, e with { ReceivedAt = arrival }));
        foreach (var identifier in free)
        {
            owners.Add(identifier, place);
            place.Owned.Add(identifier);
            place.Claims.Add(identifier, place.Events[^1]);
        }

        foreach (var conflict in foreign)
        {
            if (!root.Conflicts.Contains(conflict)) root.Conflicts.Add(conflict);
        }
    }

    private static void Expect(bool condition, string otherwise)
    {
        if (!condition) throw new ModelMismatchException(otherwise);
    }
}
