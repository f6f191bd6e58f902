using CdpPipeline.Grains.Retention;

namespace CdpPipeline.Api.Auth;

/// <summary>
/// The retention of all stored sources, by their names, since that is what events carry. Of several sources with one name the longest counts, so that nothing
/// is removed that somebody wants to be kept.
/// </summary>
public sealed class SourceRetentions : IRetentionPeriods
{
    private volatile IReadOnlyList<SourceRetention> current = [];

    public IReadOnlyList<SourceRetention> Current => current;

    /// <summary>These are the sources from now on.</summary>
    public void Replace(IReadOnlyList<KeyedSource> sources) => current =
    [
        .. sources
            .GroupBy(keyed => keyed.Source.Name, keyed => keyed.Source.RetentionDays, StringComparer.Ordinal)
            .Where(named => named.All(days => days is not null))
            .Select(named => new SourceRetention(named.Key, named.Max() ?? SourceRetention.DaysMax))
            .OrderBy(retention => retention.Source, StringComparer.Ordinal),
    ];
}
