using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Ingest;

/// <summary>
/// Decides what events do to a person. Pure: same input, same entries. An event goes to the component that owns the
/// highest-priority identifier it carries; identifiers that nobody owns yet go to the same component, a new userId always to the
/// identity's own, so that no undo ever takes a userId away.
/// </summary>
public sealed class IngestRules(ProfileRules rules, ComponentFold fold)
{
    public IngestDecision Decide(
        Person person, IReadOnlyList<Event> events, IReadOnlyList<ForeignIdentifier> foreign, KnownMessages known, SegmentCatalog catalog, DateTimeOffset now)
    {
        var entries = new List<LogEntry>(events.Count + foreign.Count);
        var outcomes = new EventOutcome[events.Count];
        Dictionary<string, EventId>? stored = null;
        var after = person;
        for (var i = 0; i < events.Count; i++)
        {
            var e = events[i];
            if (Duplicate(e, known, stored) is { } first)
            {
                outcomes[i] = new EventOutcome(IngestStatus.Duplicate, first, Refusal.None);
                continue;
            }

            if (IsOtherUser(after, e)) return new IngestDecision(person) { IsOtherUser = true };
            var (component, claimed) = Place(after, e, foreign);
            if (RefusalOf(component, e, claimed.Count) is var refusal and not Refusal.None)
            {
                outcomes[i] = new EventOutcome(IngestStatus.Refused, default, refusal);
                continue;
            }

            var entry = Entry(component, e, claimed);
            entries.Add(entry);
            after = after.With(fold.Apply(component, entry, catalog));
            outcomes[i] = new EventOutcome(IngestStatus.Stored, new EventId(entry.Component, entry.Seq), Refusal.None);
            if (e.MessageId is { } messageId && events.Count > 1) (stored ??= new(StringComparer.Ordinal))[messageId] = outcomes[i].Id;
        }

        if (foreign.Count > 0 && entries.Count > 0) after = RecordConflicts(after, events, foreign, entries, catalog, now);
        return new IngestDecision(after) { Entries = entries, Outcomes = outcomes };
    }

    private static EventId? Duplicate(Event e, KnownMessages known, Dictionary<string, EventId>? stored) =>
        e.MessageId is { } messageId && (known.Stored.TryGetValue(messageId, out var id) || (stored is not null && stored.TryGetValue(messageId, out id))) ? id : null;

    private static bool IsOtherUser(Person person, Event e) =>
        e.Identifiers[0] is { Kind: IdentifierKind.UserId } user && person.Own.UserId is { } own && own != user.Value && person.OwnerOf(user) is null;

    private static (Component Component, IReadOnlyList<Identifier> Claimed) Place(Person person, Event e, IReadOnlyList<ForeignIdentifier> foreign)
    {
        Component? owner = null;
        List<Identifier>? claimed = null;
        foreach (var identifier in e.Identifiers)
        {
            if (person.OwnerOf(identifier) is { } found) owner ??= found;
            else if (!IsForeign(identifier, foreign)) (claimed ??= []).Add(identifier);
        }

        var isNewUser = claimed is not null && claimed[0].Kind == IdentifierKind.UserId;
        return (isNewUser ? person.Own : owner ?? person.Own, claimed ?? (IReadOnlyList<Identifier>)[]);
    }

    private static bool IsForeign(Identifier identifier, IReadOnlyList<ForeignIdentifier> foreign)
    {
        for (var i = 0; i < foreign.Count; i++)
        {
            if (foreign[i].Identifier == identifier) return true;
        }

        return false;
    }

    private Refusal RefusalOf(Component component, Event e, int claimed)
    {
        if (claimed > 0 && component.Identifiers.Length + claimed > rules.IdentifiersMax) return Refusal.TooManyIdentifiers;
        if (ConsentReader.MaySpeak(e.Context) && component.Consents.Count + ConsentReader.Read(e.Context).Count(said => component.Consents.Find(said.Key) is null) > rules.ConsentsMax) return Refusal.TooManyConsents;
        return e.Type switch
        {
            EventType.Identify when component.Traits.Count + TraitReader.Read(e.Properties).Count(trait => !component.Traits.Contains(trait.Key)) > rules.TraitsMax => Refusal.TooManyTraits,
            EventType.Group when component.Groups.Count >= rules.GroupsMax && GroupMap.Read(e.Properties) is var (groupId, _) && !component.Groups.Contains(groupId) => Refusal.TooManyGroups,
            _ => Refusal.None,
        };
    }

    private static EventEntry Entry(Component component, Event e, IReadOnlyList<Identifier> claimed)
    {
        var arrived = e.ReceivedAt.ToMicros() >= component.ReceivedAt ? e : e with { ReceivedAt = Instants.FromMicros(component.ReceivedAt) };
        return new EventEntry(component.Key, component.Seq + 1, arrived)
        {
            Claimed = claimed,
            IsLate = e.Timestamp.ToMicros() < component.LastSeen,
        };
    }

    private Person RecordConflicts(
        Person person, IReadOnlyList<Event> events, IReadOnlyList<ForeignIdentifier> foreign, List<LogEntry> entries, SegmentCatalog catalog, DateTimeOffset now)
    {
        foreach (var (identifier, owner) in foreign)
        {
            var own = person.Own;
            if (own.Conflicts.Length >= rules.ConflictsMax || own.Conflicts.Any(conflict => conflict.Identifier == identifier && conflict.Owner == owner)) continue;
            var cause = events.FirstOrDefault(e => e.Identifiers.Contains(identifier));
            var entry = new ChangeEntry(own.Key, own.Seq + 1, now, new ConflictRecorded(identifier, owner, cause?.MessageId));
            entries.Add(entry);
            person = person.With(fold.Apply(own, entry, catalog));
        }

        return person;
    }
}
