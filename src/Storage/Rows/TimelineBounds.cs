using CdpPipeline.Domain.Events;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Rows;

/// <summary>
/// A page's bounds as the stores search them: positions strictly below <see cref="Upper"/> and not below the instant <see cref="From"/>.
/// </summary>
internal readonly record struct TimelineBounds(TimelineBounds.Place Upper, long? From)
{
    /// <summary>A timeline position in microseconds, ascending in this order of fields.</summary>
    public readonly record struct Place(long At, long Received, long Component, long Seq)
    {
        public static readonly Place End = new(long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue);

        public static Place JustBefore(long at) => new(at, long.MinValue, long.MinValue, long.MinValue);

        public bool IsEnd => At == long.MaxValue;

        public bool IsAbove(long at, long received, long component, long seq) =>
            (at, received, component, seq).CompareTo((At, Received, Component, Seq)) < 0;
    }

    public static TimelineBounds Of(TimelineQuery query)
    {
        var upper = query.To is { } to ? Place.JustBefore(to.ToMicros() + 1) : Place.End;
        if (query.Before is { } before)
        {
            var place = new Place(before.Timestamp.ToMicros(), before.ReceivedAt.ToMicros(), before.Component, before.Seq);
            if (upper.IsAbove(place.At, place.Received, place.Component, place.Seq)) upper = place;
        }

        // A lower bound between two microseconds begins at the later one.
        long? from = query.From is { } start ? start.ToMicros() + (start.Whole() < start ? 1 : 0) : null;
        return new TimelineBounds(upper, from);
    }

    /// <summary>The newest of what each component had to offer.</summary>
    public static IReadOnlyList<StoredEvent> Merge(IEnumerable<LogRow> rows, int limit) =>
        [.. rows.OrderByDescending(row => (row.At, row.Received, row.Identity, row.Seq)).Take(limit).Select(row => row.ToStoredEvent())];
}
