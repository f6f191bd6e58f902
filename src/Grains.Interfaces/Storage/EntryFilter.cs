using System.Collections.Immutable;

namespace CdpPipeline.Grains.Interfaces.Storage;

/// <summary>
/// Which entries of a log somebody who judges many people wants, so that the rest stays in the store. Changes of the identity graph are always
/// wanted. Entries come without what nobody judges by: messageId and source, context but where it is asked for, the properties of events whose contents are not
/// wanted, and the identifiers of events that can say nothing new of them.
/// </summary>
public sealed record EntryFilter
{
    /// <summary>Every event, for those who count them all.</summary>
    public bool IsEveryEvent { get; init; }

    /// <summary>Identify calls with their traits.</summary>
    public bool HasTraits { get; init; }

    /// <summary>Group calls with their contents.</summary>
    public bool HasGroups { get; init; }

    /// <summary>Events of any kind whose context may speak of consent, with their context.</summary>
    public bool HasConsents { get; init; }

    /// <summary>Events that brought an identifier, and late ones, with all their identifiers.</summary>
    public bool HasIdentifiers { get; init; }

    /// <summary>Track, page and screen calls by these names; null for any name.</summary>
    public IReadOnlyList<string>? Names { get; init; } = [];

    /// <summary>Of <see cref="Names"/>, those whose properties are wanted too; null for any name.</summary>
    public IReadOnlyList<string>? NamesWithProperties { get; init; } = [];

    /// <summary>Events that only their name makes wanted are left out when they are older than this (by event time); null for none.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>
    /// The same by name, for some of <see cref="Names"/>; never earlier than <see cref="From"/>. A store may leave out as much, or only what
    /// <see cref="From"/> says.
    /// </summary>
    public IReadOnlyDictionary<string, DateTimeOffset> FromByName { get; init; } = ImmutableDictionary<string, DateTimeOffset>.Empty;

    /// <summary>Whether any track, page or screen call may be wanted.</summary>
    public bool HasNames => Names is null || Names.Count > 0;
}
