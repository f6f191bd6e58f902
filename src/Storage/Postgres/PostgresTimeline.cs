using CdpPipeline.Domain.Events;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.Rows;
using Npgsql;
using NpgsqlTypes;
using static CdpPipeline.Storage.Postgres.PostgresCommands;

namespace CdpPipeline.Storage.Postgres;

/// <summary>
/// Reads pages of timelines without an index on time. Events that are not late lie in a component's log in time order, so a place in
/// time is found by binary search over seq (in one statement, for all components); the few late ones come from their own partial index.
/// </summary>
internal static class PostgresTimeline
{
    // For each component the greatest seq of an event in time order that lies below the place; 0 when there is none. Each step looks at
    // the first such event at or after the middle: below the place, it is the new low; else nothing from the middle on is below.
    private const string LastBelowSql =
        """
        with recursive search (identity, low, high) as (
            select k.identity, 0::bigint, coalesce((select max(e.seq) from event e where e.identity = k.identity), 0) + 1
            from unnest($1) as k (identity)
            union all
            select s.identity,
                   case when p.is_below then p.seq else s.low end,
                   case when p.is_below then s.high else s.low + (s.high - s.low) / 2 end
            from search s left join lateral (
                select e.seq, (e.at, e.received, e.identity, e.seq) < ($2, $3, $4, $5) as is_below
                from event e
                where e.identity = s.identity and e.seq >= s.low + (s.high - s.low) / 2 and e.seq < s.high and not e.late and e.kind < 100
                order by e.seq limit 1) p on true
            where s.high - s.low > 1)
        select identity, max(low) from search group by identity
        """;

    private static readonly string NewestInOrderSql = InOrderSql("desc");
    private static readonly string OldestInOrderSql = InOrderSql("asc");
    private static readonly string NewestLateSql = LateSql("desc");
    private static readonly string OldestLateSql = LateSql("asc");

    public static async Task<IReadOnlyList<StoredEvent>> ReadAsync(NpgsqlConnection connection, long[] keys, TimelineQuery query, CancellationToken cancellationToken)
    {
        var bounds = TimelineBounds.Of(query);
        var last = bounds.Upper.IsEnd ? null : await LastBelowAsync(connection, keys, bounds.Upper, cancellationToken);
        var below = bounds.Lower.IsStart ? null : await LastBelowAsync(connection, keys, bounds.Lower, cancellationToken);

        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(BatchCommand(
            query.IsOldestFirst ? OldestInOrderSql : NewestInOrderSql,
            In(keys),
            In(Array.ConvertAll(keys, key => below is null ? 1 : below[key] + 1)),
            In(Array.ConvertAll(keys, key => last is null ? long.MaxValue : last[key])),
            In(query.Name, NpgsqlDbType.Text),
            In((long)query.Limit)));
        var (lower, upper) = bounds;
        batch.BatchCommands.Add(BatchCommand(
            query.IsOldestFirst ? OldestLateSql : NewestLateSql,
            In(keys),
            In(lower.At),
            In(lower.Received),
            In(lower.Component),
            In(lower.Seq),
            In(upper.At),
            In(upper.Received),
            In(upper.Component),
            In(upper.Seq),
            In(query.Name, NpgsqlDbType.Text),
            In((long)query.Limit)));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var rows = await reader.ReadAllAsync(PostgresRows.Read, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        rows.AddRange(await reader.ReadAllAsync(PostgresRows.Read, cancellationToken));
        return TimelineBounds.Merge(rows, query);
    }

    private static string InOrderSql(string order) =>
        $"""
        select {PostgresRows.ColumnsOfE} from unnest($1, $2, $3) as k (identity, first, last) cross join lateral (
            select * from event
            where identity = k.identity and seq between k.first and k.last and not late and kind < 100 and ($4::text is null or name = $4)
            order by seq {order} limit $5) e
        """;

    private static string LateSql(string order) =>
        $"""
        select {PostgresRows.ColumnsOfE} from unnest($1) as k (identity) cross join lateral (
            select * from event
            where identity = k.identity and late and at >= $2 and at <= $6
              and (at, received, identity, seq) >= ($2, $3, $4, $5) and (at, received, identity, seq) < ($6, $7, $8, $9) and ($10::text is null or name = $10)
            order by at {order}, seq {order} limit $11) e
        """;

    private static async Task<Dictionary<long, long>> LastBelowAsync(
        NpgsqlConnection connection, long[] keys, TimelineBounds.Place place, CancellationToken cancellationToken) =>
        (await connection.QueryAsync(
            LastBelowSql,
            [In(keys), In(place.At), In(place.Received), In(place.Component), In(place.Seq)],
            row => (Key: row.GetInt64(0), Seq: row.GetInt64(1)),
            cancellationToken)).ToDictionary(row => row.Key, row => row.Seq);
}
