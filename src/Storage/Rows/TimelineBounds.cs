using CdpPipeline.Domain.Events;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Rows;

/// <summary>
/// A page's bounds as the stores search them: positions strictly below <see cref="Upper"/> and not below <see cref="Lower"/>.
/// </summary>
internal readonly record struct TimelineBounds(TimelineBounds.Place Lower, TimelineBounds.Place Upper)
{
    /// <summary>A timeline position in microseconds, ascending in this order of fields.</summary>
    public readonly record struct Place(long At, long Received, long Component, long Seq)
    {
        public static readonly Place Start = new(long.MinValue, long.MinValue, long.MinValue, long.MinValue);

        public static readonly Place End = new(long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue);

        public static Place JustBefore(long at) => new(at, long.MinValue, long.MinValue, long.MinValue);

        public static Place Of(TimelinePosition position) =>
            new(position.Timestamp.ToMicros(), position.ReceivedAt.ToMicros(), position.Component, position.Seq);

        public bool IsStart => At == long.MinValue;

        public bool IsEnd => At == long.MaxValue;

        // Nothing lies between a place and the next one.
        public Place Next => this with { Seq = Seq + 1 };

        public bool IsAbove(long at, long received, long component, long seq) =>
            (at, received, component, seq).CompareTo((At, Received, Component, Seq)) < 0;

        public bool IsAbove(Place other) => IsAbove(other.At, other.Received, other.Component, other.Seq);
    }

    public static TimelineBounds Of(TimelineQuery query)
    {
        var upper = query.To is { } to ? Place.JustBefore(to.ToMicros() + 1) : Place.End;
        if (query.Before is { } before && Place.Of(before) is var below && upper.IsAbove(below)) upper = below;

        // A lower bound between two microseconds begins at the later one.
        var lower = query.From is { } from ? Place.JustBefore(from.ToMicros() + (from.Whole() < from ? 1 : 0)) : Place.Start;
        if (query.After is { } after && Place.Of(after).Next is var above && above.IsAbove(lower)) lower = above;
        return new TimelineBounds(lower, upper);
    }

    /// <summary>The first in the query's order of what each component had to offer.</summary>
    public static IReadOnlyList<StoredEvent> Merge(IEnumerable<LogRow> rows, TimelineQuery query)
    {
        var sorted = query.IsOldestFirst ? rows.OrderBy(PlaceOf) : rows.OrderByDescending(PlaceOf);
        return [.. sorted.Take(query.Limit).Select(row => row.ToStoredEvent())];
    }

    private static (long At, long Received, long Identity, long Seq) PlaceOf(LogRow row) => (row.At, row.Received, row.Identity, row.Seq);
}
