using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>A node of the reference model's union-find: an identity with its own events and identifiers, and whom it was joined into.</summary>
internal sealed class Piece
{
    public IdentityId Id { get; set; }

    public long Key { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public Piece? Parent { get; set; }

    public List<Identifier> Owned { get; } = [];

    public List<StoredEvent> Events { get; } = [];

    /// <summary>What was removed because of its age, and goes on being known by its messageId.</summary>
    public List<StoredEvent> Gone { get; } = [];

    /// <summary>The event by which each of its identifiers came to it, removed or not.</summary>
    public Dictionary<Identifier, StoredEvent> Claims { get; } = [];

    public List<MergeRecord> Merges { get; } = [];

    public List<(Identifier Identifier, IdentityId Owner)> Conflicts { get; } = [];

    public Piece Root => Parent?.Root ?? this;

    public string? UserId => Owned.FirstOrDefault(identifier => identifier.Kind == IdentifierKind.UserId).Value;

    /// <summary>What came since an identifier did: who carried it before was somebody else, who was erased.</summary>
    public IReadOnlyList<StoredEvent> EventsSince(StoredEvent claim) => [claim, .. Events.Where(stored => stored.Id.Seq > claim.Id.Seq)];

    /// <summary>Removes what somebody did too long ago, but for the last word on consent; the number of events.</summary>
    public int Expire(IReadOnlyDictionary<string, DateTimeOffset> before)
    {
        var gone = Events.FindAll(stored => stored.Event.Name is not null
            && before.TryGetValue(stored.Event.Source, out var cutoff) && stored.Event.ReceivedAt < cutoff
            && !ReferencePerson.ConsentIn(stored.Event).Any(said => Times(Events, said.Category).Max() == (stored.Event.Timestamp, stored.Event.ReceivedAt)));
        Gone.AddRange(gone);
        return Events.RemoveAll(gone.Contains);
    }

    private static IEnumerable<(DateTimeOffset, DateTimeOffset)> Times(IEnumerable<StoredEvent> events, string category) => events
        .Where(stored => ReferencePerson.ConsentIn(stored.Event).Any(said => said.Category == category))
        .Select(stored => (stored.Event.Timestamp, stored.Event.ReceivedAt));

    public bool IsOlderThan(Piece other) => CreatedAt != other.CreatedAt ? CreatedAt < other.CreatedAt : Id.Value < other.Id.Value;
}
