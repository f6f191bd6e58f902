using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Retention;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.Rows;
using Npgsql;
using NpgsqlTypes;
using static CdpPipeline.Storage.Postgres.PostgresCommands;

namespace CdpPipeline.Storage.Postgres;

/// <summary>Finds logs with events that are too old in PostgreSQL.</summary>
internal sealed class PostgresExpiryIndex(PostgresDatabase database) : IExpiryIndex
{
    // Most logs are decided by their first row: it is not too old yet.
    private const long FirstRows = 2;
    private const long MoreRows = 256;

    // Of those that are not, so many are read on at once: at most 25,600 rows.
    private const int LogsAtOnce = 100;

    private const string ComponentsSql =
        """
        select i.key, i.id, coalesce(m.seq, 0), m.last_seq from (select key, id from identity where key > $1 order by key limit $2) i
        left join retention_mark m on m.identity = i.key and m.settings = $3
            and (m.last_seq is null or m.last_seq = (select seq from event where identity = i.key order by seq desc limit 1))
        order by i.key
        """;

    private const string RowsSql =
        """
        select k.identity, e.seq, e.kind, case when e.kind < 4 then array_position($3, e.source) end, e.received
        from unnest($1, $2) as k (identity, seq)
        cross join lateral (select seq, kind, source, received from event where identity = k.identity and seq > k.seq order by seq limit $4) e
        """;

    private const string MarkSql =
        """
        insert into retention_mark (identity, seq, settings, last_seq)
        select v.identity, v.seq, $3, v.last_seq from unnest($1, $2, $4) as v (identity, seq, last_seq)
        where exists (select 1 from identity i where i.key = v.identity) order by v.identity
        on conflict (identity) do update set seq = excluded.seq, settings = excluded.settings, last_seq = excluded.last_seq
        """;

    public Task<ExpiryPage> LookAsync(long afterKey, int limit, IReadOnlyList<SourceCutoff> sources, CancellationToken cancellationToken) => database.RunAsync(
        async connection =>
        {
            var seen = await connection.QueryAsync(
                ComponentsSql,
                [In(afterKey), In((long)limit), In(ExpirySight.NumberOf(sources))],
                row => (Id: new IdentityId(row.GetGuid(1)), Sight: new ExpirySight(sources, row.GetInt64(0), row.GetInt64(2), row.IsDBNull(3) ? null : row.GetInt64(3))),
                cancellationToken);
            var sights = seen.ConvertAll(each => each.Sight);
            var names = sources.Select(source => source.Source).ToArray();
            await ReadAsync(connection, names, sights, FirstRows, cancellationToken);
            while (sights.FindAll(sight => !sight.IsOver) is { Count: > 0 } open) await ReadAsync(connection, names, [.. open.Take(LogsAtOnce)], MoreRows, cancellationToken);

            var marks = sights.FindAll(sight => sight.HasNewMark);
            if (marks.Count > 0) await WriteAsync(connection, marks.ConvertAll(sight => (sight.Key, sight.Mark, sight.LastSeq)), sources, cancellationToken);
            return new ExpiryPage([.. seen.Where(each => each.Sight.IsDue).Select(each => new IndexedIdentity(each.Sight.Key, each.Id))], seen.Count == 0 ? null : sights[^1].Key);
        },
        cancellationToken);

    public Task KeepAsync(IReadOnlyList<KeptLog> kept, IReadOnlyList<SourceCutoff> sources, CancellationToken cancellationToken) => database.RunAsync(
        connection => WriteAsync(connection, [.. kept.Select(log => (log.Component, log.Seq, (long?)log.LastSeq))], sources, cancellationToken), cancellationToken);

    private static async Task ReadAsync(NpgsqlConnection connection, string[] names, List<ExpirySight> sights, long rowsMax, CancellationToken cancellationToken)
    {
        if (sights.Count == 0) return;
        var rows = (await connection.QueryAsync(
            RowsSql,
            [In(sights.ConvertAll(sight => sight.Key).ToArray()), In(sights.ConvertAll(sight => sight.Seq).ToArray()), In(names), In(rowsMax)],
            row => (Key: row.GetInt64(0), Seq: row.GetInt64(1), Kind: row.GetInt16(2), Source: row.IsDBNull(3) ? (int?)null : row.GetInt32(3) - 1, Received: row.GetInt64(4)),
            cancellationToken)).ToLookup(row => row.Key);
        foreach (var sight in sights)
        {
            var count = 0;
            foreach (var row in rows[sight.Key].OrderBy(row => row.Seq))
            {
                count++;
                if (!sight.IsOver) sight.Take(row.Seq, row.Kind, row.Source, row.Received);
            }

            if (count < rowsMax) sight.End();
        }
    }

    private static Task<int> WriteAsync(NpgsqlConnection connection, List<(long Key, long Seq, long? LastSeq)> marks, IReadOnlyList<SourceCutoff> sources, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            MarkSql,
            [
                In(marks.ConvertAll(mark => mark.Key).ToArray()),
                In(marks.ConvertAll(mark => mark.Seq).ToArray()),
                In(ExpirySight.NumberOf(sources)),
                In(marks.ConvertAll(mark => mark.LastSeq).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bigint),
            ],
            cancellationToken);
}
