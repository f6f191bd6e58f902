using CdpPipeline.Grains.Retention;

namespace CdpPipeline.Api.Auth;

/// <summary>
/// The retention of all stored sources, by their names, since that is what events carry. A name is that of the sources that have it now; one that none has
/// is still that of the source that gave it up last, by another name or because it was deleted. Of several at the same time the longest counts, so that
/// nothing is removed that somebody wants to be kept.
/// </summary>
public sealed class SourceRetentions : IRetentionPeriods
{
    private volatile IReadOnlyList<SourceRetention> current = [];

    public IReadOnlyList<SourceRetention> Current => current;

    /// <summary>These are the sources from now on, and those that were.</summary>
    public void Replace(IReadOnlyList<KeyedSource> sources, IReadOnlyList<DeletedSource> deleted)
    {
        var held = sources
            .GroupBy(keyed => keyed.Source.Name, keyed => keyed.Source.RetentionDays, StringComparer.Ordinal)
            .ToDictionary(named => named.Key, Longest, StringComparer.Ordinal);
        var givenUp = sources
            .SelectMany(keyed => keyed.Source.FormerNames, (keyed, former) => (Former: former, Days: keyed.Source.RetentionDays))
            .Concat(deleted.SelectMany(source => source.Names, (source, former) => (Former: former, Days: source.RetentionDays)))
            .Where(each => !held.ContainsKey(each.Former.Name))
            .GroupBy(each => each.Former.Name, StringComparer.Ordinal);
        current =
        [
            .. givenUp
                .Select(named => KeyValuePair.Create(named.Key, Longest(Last(named))))
                .Concat(held)
                .Where(named => named.Value is not null)
                .Select(named => new SourceRetention(named.Key, named.Value!.Value))
                .OrderBy(retention => retention.Source, StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<int?> Last(IEnumerable<(FormerName Former, int? Days)> named) =>
        named.GroupBy(each => each.Former.Until, each => each.Days).MaxBy(together => together.Key)!;

    private static int? Longest(IEnumerable<int?> days) => days.Any(each => each is null) ? null : days.Max();
}
