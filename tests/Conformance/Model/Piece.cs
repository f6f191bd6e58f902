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

    public List<MergeRecord> Merges { get; } = [];

    public List<(Identifier Identifier, IdentityId Owner)> Conflicts { get; } = [];

    public Piece Root => Parent?.Root ?? this;

    public string? UserId => Owned.FirstOrDefault(identifier => identifier.Kind == IdentifierKind.UserId).Value;

    public bool IsOlderThan(Piece other) => CreatedAt != other.CreatedAt ? CreatedAt < other.CreatedAt : Id.Value < other.Id.Value;
}
