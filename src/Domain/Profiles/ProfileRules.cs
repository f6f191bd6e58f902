namespace CdpPipeline.Domain.Profiles;

/// <summary>The choices and bounds that a workspace may set for its profiles.</summary>
public sealed record ProfileRules
{
    /// <summary>Event names counted as conversions. Default: <c>Upgraded Plan</c>.</summary>
    public IReadOnlySet<string> ConversionNames { get; init; } = new HashSet<string>(StringComparer.Ordinal) { "Upgraded Plan" };

    /// <summary>Identifiers a component may own; an event that would add more is refused. Default: 1,000.</summary>
    public int IdentifiersMax { get; init; } = 1_000;

    /// <summary>Trait names a component may hold, removed ones included. Default: 1,000.</summary>
    public int TraitsMax { get; init; } = 1_000;

    /// <summary>Groups a component may belong to. Default: 100.</summary>
    public int GroupsMax { get; init; } = 100;

    /// <summary>Categories of consent a component may hold a word on. Default: 100.</summary>
    public int ConsentsMax { get; init; } = 100;

    /// <summary>Conflicts remembered by a component; later ones are not recorded. Default: 100.</summary>
    public int ConflictsMax { get; init; } = 100;
}
