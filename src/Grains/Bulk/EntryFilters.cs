using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Bulk;

/// <summary>
/// Says which entries of the log can matter to a catalog's conditions. An event that is older than every window now will be older than it ever
/// after, whenever it arrived; so leaving it out changes no answer from now on.
/// </summary>
internal static class EntryFilters
{
    // Beyond so many names the store would spend more on comparing than on sending.
    private const int NamesMax = 200;

    /// <summary>All that is needed of somebody nothing is known of.</summary>
    public static EntryFilter Everything(SegmentCatalog catalog, DateTimeOffset now)
    {
        var fields = catalog.Needs.Fields;
        return Events(catalog, _ => true, now) with
        {
            IsEveryEvent = (fields & PersonFields.OfAnyEvent) != 0,
            HasTraits = catalog.Needs.HasTraits,
            HasGroups = fields.HasFlag(PersonFields.Groups),
            HasConsents = fields.HasFlag(PersonFields.Consents),
            HasIdentifiers = (fields & PersonFields.Identifiers) != 0,
        };
    }

    /// <summary>The events that some of the conditions count, by their numbers.</summary>
    public static EntryFilter Events(SegmentCatalog catalog, Predicate<int> isAsked, DateTimeOffset now)
    {
        var names = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var withProperties = new HashSet<string>();
        foreach (var (condition, hasValue, kept) in catalog.Needs.EventsOf(isAsked))
        {
            // As far back as is kept, which may be farther than this condition looks.
            var hasWindow = condition.Within is not null || condition.Between is not null;
            var from = hasWindow ? now - TimeSpan.FromMicroseconds(kept.Reach) : DateTimeOffset.MinValue;
            Add(condition.Event, from, condition.Where.Count > 0 || hasValue);
            for (var step = condition.Then; step is not null; step = step.Then) Add(step.Event, from, step.Where.Count > 0);
        }

        var earliest = names.Count == 0 ? now : names.Values.Min();
        return new EntryFilter
        {
            Names = names.ContainsKey(EventCondition.AnyEvent) || names.Count > NamesMax ? null : [.. names.Keys],
            NamesWithProperties = withProperties.Contains(EventCondition.AnyEvent) || withProperties.Count > NamesMax ? null : [.. withProperties],
            From = earliest == DateTimeOffset.MinValue ? null : earliest,
            FromByName = names,
        };

        void Add(string name, DateTimeOffset from, bool hasProperties)
        {
            names[name] = names.TryGetValue(name, out var known) && known < from ? known : from;
            if (hasProperties) withProperties.Add(name);
        }
    }
}
