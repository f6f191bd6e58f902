using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Storage.Rows;
using Npgsql;
using static CdpPipeline.Storage.Postgres.PostgresCommands;

namespace CdpPipeline.Storage.Postgres;

/// <summary>Removes a bounded number of the rows that an erased person has left, within one transaction. Two at once wait for each other.</summary>
internal static class PostgresErasureSweep
{
    private static readonly string EntriesSql =
        $"""
        with gone as (delete from event where identity = $1 and seq in (select seq from event where identity = $1 order by seq limit $2) returning kind),
        counted as (select count(*) filter (where kind < {LogRow.ChangeKind}) as events, count(*) filter (where kind >= {LogRow.ChangeKind}) as changes from gone),
        noted as (update erasure e set events = e.events + c.events, changes = e.changes + c.changes from counted c where e.id = $3)
        select events + changes from counted
        """;

    private static readonly (string Column, string Sql)[] Steps =
    [
        ("message_blocks", "delete from message_block where identity = $1 and number in (select number from message_block where identity = $1 order by number limit $2)"),
        ("snapshots", "delete from snapshot where identity = $1 and $2 > 0::bigint"),
    ];

    private static readonly string TransitionsSql =
        $"""
        delete from membership_transition where (writer, commit, ordinal) in (
            select writer, commit, ordinal from membership_transition where cause <> {(int)MembershipCause.Erasure}
            and identity in (select key from erased_identity where erasure = $1) limit $2)
        """;

    /// <summary>True once none is left.</summary>
    public static async Task<bool> RunAsync(NpgsqlConnection connection, Guid receipt, int rowsMax, long now, CancellationToken cancellationToken)
    {
        await connection.QueryAsync("select 1 from erasure where id = $1 for update", [In(receipt)], row => row.GetInt32(0), cancellationToken);
        long left = rowsMax;
        foreach (var key in await connection.QueryAsync("select key from erased_identity where erasure = $1 order by key", [In(receipt)], row => row.GetInt64(0), cancellationToken))
        {
            left -= (await connection.QueryAsync(EntriesSql, [In(key), In(left), In(receipt)], row => row.GetInt64(0), cancellationToken))[0];
            foreach (var (column, sql) in Steps)
            {
                if (left == 0) return false;
                left -= await CountAsync(connection, receipt, column, await connection.ExecuteAsync(sql, [In(key), In(left)], cancellationToken), cancellationToken);
            }
        }

        left -= await CountAsync(connection, receipt, "transitions", await connection.ExecuteAsync(TransitionsSql, [In(receipt), In(left)], cancellationToken), cancellationToken);
        if (left == 0) return false;
        await connection.ExecuteAsync("update erasure set completed_at = $2 where id = $1 and completed_at is null", [In(receipt), In(now)], cancellationToken);
        return true;
    }

    private static async Task<int> CountAsync(NpgsqlConnection connection, Guid receipt, string column, int removed, CancellationToken cancellationToken)
    {
        if (removed > 0) await connection.ExecuteAsync($"update erasure set {column} = {column} + $2 where id = $1", [In(receipt), In((long)removed)], cancellationToken);
        return removed;
    }
}
