using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Profiles;

/// <summary>A person as the outside sees her. Immutable; the same instance is handed out until something changes.</summary>
public sealed record Profile
{
    public required IdentityId Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>All identifiers of all components, highest priority first, then by first seen.</summary>
    public required IReadOnlyList<LinkedIdentifier> Identifiers { get; init; }

    public string? UserId { get; init; }

    /// <summary>The newest email identifier.</summary>
    public string? Email { get; init; }

    /// <summary>The newest phone identifier.</summary>
    public string? Phone { get; init; }

    /// <summary>Present traits by name, computed ones among them; each value is JSON in UTF-8.</summary>
    public required IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Traits { get; init; }

    /// <summary>The names of those traits that are computed.</summary>
    public IReadOnlyList<string> ComputedTraits { get; init; } = [];

    /// <summary>The catalog's version by which traits were computed.</summary>
    public long CatalogVersion { get; init; }

    /// <summary>Groups by id with their traits.</summary>
    public required IReadOnlyList<GroupMembership> Groups { get; init; }

    /// <summary>The newest word on each category of consent, in ordinal order.</summary>
    public IReadOnlyList<CategoryConsent> Consents { get; init; } = [];

    /// <summary>Event times; null before the first event.</summary>
    public DateTimeOffset? FirstSeen { get; init; }

    public DateTimeOffset? LastSeen { get; init; }

    public required long EventCount { get; init; }

    public required long PageViews { get; init; }

    public required long Conversions { get; init; }

    public required IReadOnlyList<SegmentMembership> Segments { get; init; }

    /// <summary>Everyone who was merged into this identity and is still part of it.</summary>
    public required IReadOnlyList<IdentityId> MergedIds { get; init; }

    /// <summary>The newest events of the last 90 days, at most 100, newest first.</summary>
    public required IReadOnlyList<StoredEvent> Timeline { get; init; }

    /// <summary>
    /// The last instant at which <see cref="Timeline"/> and <see cref="Traits"/> hold without a new event: after it the oldest event is 90 days old,
    /// or a computed trait may be another.
    /// </summary>
    public required DateTimeOffset Until { get; init; }
}

/// <summary>A group the person belongs to, and what group calls of hers said of it.</summary>
public sealed record GroupMembership(string GroupId, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Traits);

/// <summary>A segment the person is in, and since when.</summary>
public sealed record SegmentMembership(SegmentId Segment, DateTimeOffset Since);
