using CdpPipeline.Domain.Events;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.Rows;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>
/// Reads pages of timelines without an index on time. Events that are not late lie in a component's log in time order, so a place in
/// time is found by binary search over seq; the few late ones come from their own partial index.
/// </summary>
internal static class SqliteTimeline
{
    public static IReadOnlyList<StoredEvent> Read(SqliteConnection open, IReadOnlyList<long> keys, TimelineQuery query)
    {
        var bounds = TimelineBounds.Of(query);
        var rows = new List<LogRow>();
        foreach (var key in keys.Distinct())
        {
            ReadInOrder(open, key, bounds, query, rows);
            ReadLate(open, key, bounds, query, rows);
        }

        return TimelineBounds.Merge(rows, query);
    }

    private static void ReadInOrder(SqliteConnection open, long key, in TimelineBounds bounds, TimelineQuery query, List<LogRow> rows)
    {
        var last = bounds.Upper.IsEnd ? long.MaxValue : LastBelow(open, key, bounds.Upper);
        var first = bounds.Lower.IsStart ? 1 : LastBelow(open, key, bounds.Lower) + 1;
        if (last < first) return;
        var order = query.IsOldestFirst ? "asc" : "desc";
        var read = open.Prepare($"select {LogRow.Columns} from event where identity = ?1 and seq between ?2 and ?3 and late = 0 and kind < 100 and (?4 is null or name = ?4) order by seq {order} limit ?5");
        read.Bind(0, key);
        read.Bind(1, first);
        read.Bind(2, last);
        read.Bind(3, query.Name);
        read.Bind(4, query.Limit);
        while (read.Step()) rows.Add(SqliteRows.Read(read));
    }

    private static void ReadLate(SqliteConnection open, long key, in TimelineBounds bounds, TimelineQuery query, List<LogRow> rows)
    {
        var (lower, upper) = bounds;
        var order = query.IsOldestFirst ? "asc" : "desc";
        var read = open.Prepare(
            $"""
            select {LogRow.Columns} from event indexed by event_late
            where identity = ?1 and late = 1 and at >= ?2 and at <= ?6
              and (at, received, identity, seq) >= (?2, ?3, ?4, ?5) and (at, received, identity, seq) < (?6, ?7, ?8, ?9) and (?10 is null or name = ?10)
            order by at {order}, seq {order} limit ?11
            """);
        read.Bind(0, key);
        read.Bind(1, lower.At);
        read.Bind(2, lower.Received);
        read.Bind(3, lower.Component);
        read.Bind(4, lower.Seq);
        read.Bind(5, upper.At);
        read.Bind(6, upper.Received);
        read.Bind(7, upper.Component);
        read.Bind(8, upper.Seq);
        read.Bind(9, query.Name);
        read.Bind(10, query.Limit);
        while (read.Step()) rows.Add(SqliteRows.Read(read));
    }

    // The greatest seq of an event in time order that lies below the place; 0 when there is none.
    private static long LastBelow(SqliteConnection open, long key, in TimelineBounds.Place place)
    {
        var end = open.Prepare("select max(seq) from event where identity = ?");
        end.Bind(0, key);
        end.Step();
        var high = end.Long(0) + 1;
        end.Reset();

        var probe = open.Prepare("select seq, at, received from event where identity = ? and seq >= ? and seq < ? and late = 0 and kind < 100 order by seq limit 1");
        var low = 0L;
        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            probe.Bind(0, key);
            probe.Bind(1, middle);
            probe.Bind(2, high);
            var found = probe.Step();
            var seq = found ? probe.Long(0) : 0;
            if (found && place.IsAbove(probe.Long(1), probe.Long(2), key, seq)) low = seq;
            else high = middle;
            probe.Reset();
        }

        return low;
    }
}
