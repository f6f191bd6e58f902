using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Profiles;

namespace CdpPipeline.Api.Hosting;

/// <summary>What a workspace may choose about its profiles. Section <c>Cdp:Profiles</c>.</summary>
internal sealed class ProfileSettings
{
    /// <summary>Event names counted as conversions. Default: <c>Upgraded Plan</c>.</summary>
    public IReadOnlyList<string>? ConversionNames { get; set; }

    /// <summary>Values that never identify anyone, besides the built-in ones. Default: none.</summary>
    public IReadOnlyList<string>? Placeholders { get; set; }

    public ProfileRules ToRules()
    {
        var rules = new ProfileRules();
        return rules with
        {
            ConversionNames = ConversionNames?.ToHashSet(StringComparer.Ordinal) ?? rules.ConversionNames,
            Placeholders = new HashSet<string>(IdentifierRules.DefaultPlaceholders.Concat(Placeholders ?? []), StringComparer.OrdinalIgnoreCase),
        };
    }
}
