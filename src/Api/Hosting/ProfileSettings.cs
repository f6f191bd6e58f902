using CdpPipeline.Domain.Profiles;

namespace CdpPipeline.Api.Hosting;

/// <summary>What a workspace may choose about its profiles. Section <c>Cdp:Profiles</c>.</summary>
internal sealed class ProfileSettings
{
    /// <summary>Event names counted as conversions. Default: <c>Upgraded Plan</c>.</summary>
    public IReadOnlyList<string>? ConversionNames { get; set; }

    public ProfileRules ToRules()
    {
        var rules = new ProfileRules();
        return ConversionNames is null ? rules : rules with { ConversionNames = ConversionNames.ToHashSet(StringComparer.Ordinal) };
    }
}
