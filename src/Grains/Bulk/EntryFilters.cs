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
        return Events(catalog, 0, now) with
        {
            IsEveryEvent = (fields & PersonFields.OfAnyEvent) != 0,
            HasTraits = catalog.Needs.HasTraits,
            HasGroups = fields.HasFlag(PersonFields.Groups),
            HasIdentifiers = (fields & PersonFields.Identifiers) != 0,
        };
    }

    /// <summary>The events that conditions above a number count.</summary>
    public static EntryFilter Events(SegmentCatalog catalog, int aboveNumber, DateTimeOffset now)
    {
        HashSet<string> names = [], withProperties = [];
        DateTimeOffset? from = now;
        foreach (var (condition, hasValue, kept) in catalog.Needs.EventsAbove(aboveNumber))
        {
            Add(condition.Event, condition.Where.Count > 0 || hasValue);
            for (var step = condition.Then; step is not null; step = step.Then) Add(step.Event, step.Where.Count > 0);

            // As far back as is kept, which may be farther than this condition looks.
            var hasWindow = condition.Within is not null || condition.Between is not null;
            from = hasWindow && from is { } earliest ? Min(earliest, now - TimeSpan.FromMicroseconds(kept.Reach)) : null;
        }

        return new EntryFilter
        {
            Names = names.Contains(EventCondition.AnyEvent) || names.Count > NamesMax ? null : [.. names],
            NamesWithProperties = withProperties.Contains(EventCondition.AnyEvent) || withProperties.Count > NamesMax ? null : [.. withProperties],
            From = from,
        };

        void Add(string name, bool hasProperties)
        {
            names.Add(name);
            if (hasProperties) withProperties.Add(name);
        }
    }

    private static DateTimeOffset Min(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
