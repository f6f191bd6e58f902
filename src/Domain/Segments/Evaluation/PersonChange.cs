namespace CdpPipeline.Domain.Segments;

/// <summary>
/// What may have changed about a person since she was last evaluated. Saying too much costs time; saying too little leaves memberships
/// wrong. <c>default</c> says that only time has passed.
/// </summary>
public readonly record struct PersonChange
{
    /// <summary>Anything may have: she was loaded or recombined.</summary>
    public static PersonChange Everything => new() { IsEverything = true };

    public bool IsEverything { get; private init; }

    /// <summary>Nothing has but what events bring about: their numbers and times.</summary>
    internal bool IsOnlyEvents => !IsEverything && TraitKeys is null && (Fields & ~PersonFields.OfAnyEvent) == 0;

    /// <summary>The fields that may have changed, besides traits.</summary>
    public PersonFields Fields { get; init; }

    /// <summary>The names of the track, page and screen calls that were added; null for none. Repetitions do no harm.</summary>
    public IReadOnlyList<string>? EventNames { get; init; }

    /// <summary>The top-level keys of the traits that were set or removed; null for none.</summary>
    public IReadOnlyList<string>? TraitKeys { get; init; }

    /// <summary>An event by this name (null for identify, group and alias calls), if it changed no trait, group or identifier beside.</summary>
    public static PersonChange Event(string? name) => new()
    {
        Fields = PersonFields.OfAnyEvent,
        EventNames = name is null ? null : [name],
    };
}

/// <summary>Fields of a person, to be combined.</summary>
[Flags]
public enum PersonFields
{
    None = 0,
    UserId = 1,
    Email = 2,
    Phone = 4,
    AnonymousIds = 8,
    CreatedAt = 16,
    FirstSeen = 32,
    LastSeen = 64,
    EventCount = 128,
    PageViews = 256,
    Conversions = 512,
    Groups = 1024,
    Consents = 2048,
    Identifiers = UserId | Email | Phone | AnonymousIds,

    /// <summary>What any event may change.</summary>
    OfAnyEvent = FirstSeen | LastSeen | EventCount | PageViews | Conversions,
}
