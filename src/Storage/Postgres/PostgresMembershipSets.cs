using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.Rows;
using Npgsql;
using static CdpPipeline.Storage.Postgres.PostgresCommands;

namespace CdpPipeline.Storage.Postgres;

/// <summary>Membership sets in PostgreSQL. Whoever changes them waits until no group is under way (<see cref="PostgresAdmission.AloneAsync"/>).</summary>
internal static class PostgresMembershipSets
{
    private const string UpsertSql =
        """
        insert into membership_set (id, segment, state, is_whole, saved_in, definition) values ($1, $2, $3, $4, $5, $6)
        on conflict (id) do update set saved_in = excluded.saved_in, definition = excluded.definition, is_whole = excluded.is_whole where membership_set.state < 2
        """;

    private const string DifferenceSql =
        """
        insert into membership_transition (writer, commit, ordinal, segment, identity, entered, at, since, cause)
        select $1, 1, $2 + row_number() over (), $3, d.identity, d.entered, greatest($4, d.since), d.since, $5 from (
            select n.identity, true as entered, n.since from membership n
            where n.segment = $6 and not exists (select 1 from membership o where o.segment = $7 and o.identity = n.identity)
            union all
            select o.identity, false, o.since from membership o
            where o.segment = $7 and not exists (select 1 from membership n where n.segment = $6 and n.identity = o.identity)) d
        """;

    private const string KeepSql =
        "update membership n set since = o.since from membership o where n.segment = $1 and o.segment = $2 and o.identity = n.identity and n.since <> o.since";

    private const string SweepSql =
        "delete from membership where (segment, identity) in (select segment, identity from membership where segment = $1 order by identity limit $2)";

    public static Task<List<MembershipSet>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => connection.QueryAsync(
        "select id, segment, state, is_whole, saved_in, definition from membership_set where state < 2",
        [],
        row => new MembershipSet(new SegmentId(row.GetGuid(0)), new SegmentId(row.GetGuid(1)), row.GetString(5), row.GetInt64(4))
        {
            IsShown = row.GetInt16(2) == SetState.Shown,
            IsWhole = row.GetBoolean(3),
        },
        cancellationToken);

    public static async Task SaveAsync(NpgsqlConnection connection, IReadOnlyList<MembershipSet> sets, IReadOnlyList<SegmentId> retired, CancellationToken cancellationToken)
    {
        foreach (var set in sets)
        {
            var state = set.IsShown ? SetState.Shown : SetState.Hidden;
            await connection.ExecuteAsync(
                UpsertSql, [In(set.Id.Value), In(set.Segment.Value), In(state), In(set.IsWhole), In(set.SavedIn), In(set.Definition)], cancellationToken);
        }

        await RetireAsync(connection, [.. retired.Select(id => id.Value)], cancellationToken);
    }

    public static async Task ShowAsync(NpgsqlConnection connection, IReadOnlyList<SegmentId> sets, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (sets.Count == 0) return;
        var ids = sets.Select(id => id.Value).ToArray();
        var switches = await connection.QueryAsync(
            "select n.segment, n.id, o.id from membership_set n join membership_set o on o.segment = n.segment and o.state = 1 where n.id = any($1) and n.state = 0 order by n.id",
            [In(ids)],
            row => (Segment: row.GetGuid(0), New: row.GetGuid(1), Old: row.GetGuid(2)),
            cancellationToken);
        if (switches.Count > 0) await TellAsync(connection, switches, at, cancellationToken);
        await RetireAsync(connection, [.. switches.Select(each => each.Old)], cancellationToken);
        await connection.ExecuteAsync("update membership_set set state = 1, is_whole = true where id = any($1) and state < 2", [In(ids)], cancellationToken);
    }

    public static async Task<int> SweepAsync(NpgsqlConnection connection, int rowsMax, CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var id in await connection.QueryAsync("select id from membership_set where state = 2", [], row => row.GetGuid(0), cancellationToken))
        {
            if (removed >= rowsMax) break;
            removed += await connection.ExecuteAsync(SweepSql, [In(id), In((long)(rowsMax - removed))], cancellationToken);
            if (removed < rowsMax) await connection.ExecuteAsync("delete from membership_set where id = $1", [In(id)], cancellationToken);
        }

        return removed;
    }

    private static Task RetireAsync(NpgsqlConnection connection, Guid[] retired, CancellationToken cancellationToken) =>
        retired.Length == 0 ? Task.CompletedTask : connection.ExecuteAsync("update membership_set set state = 2 where id = any($1)", [In(retired)], cancellationToken);

    private static async Task TellAsync(
        NpgsqlConnection connection, List<(Guid Segment, Guid New, Guid Old)> switches, DateTimeOffset at, CancellationToken cancellationToken)
    {
        // It comes as a writer of its own, with one commit.
        var writer = (await connection.QueryAsync(
            "insert into writer_position (position, at) values (1, $1) returning writer", [In(at.ToMicros())], row => row.GetInt32(0), cancellationToken))[0];
        var told = 0L;
        foreach (var (segment, shown, old) in switches)
        {
            told += await connection.ExecuteAsync(
                DifferenceSql,
                [In(writer), In(told), In(segment), In(at.ToMicros()), In((short)MembershipCause.Definition), In(shown), In(old)],
                cancellationToken,
                timeoutSeconds: 0);
            await connection.ExecuteAsync(KeepSql, [In(shown), In(old)], cancellationToken, timeoutSeconds: 0);
        }
    }
}
