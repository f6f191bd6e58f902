using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.Rows;
using Npgsql;
using static CdpPipeline.Storage.Postgres.PostgresCommands;

namespace CdpPipeline.Storage.Postgres;

/// <summary>Membership sets in PostgreSQL. Whoever changes them waits until no group is under way (<see cref="PostgresAdmission.AloneAsync"/>).</summary>
internal static class PostgresMembershipSets
{
    private const int StepRows = 10_000;

    private const string UpsertSql =
        """
        insert into membership_set (id, segment, state, is_whole, saved_in, definition) values ($1, $2, $3, $4, $5, $6)
        on conflict (id) do update set saved_in = excluded.saved_in, definition = excluded.definition, is_whole = excluded.is_whole where membership_set.state < 2
        """;

    // A program that does not know of prepared switches leaves both as they are.
    private const string RetireSql = "update membership_set set state = 2, told_by = null, told_to = null where id = any($1)";

    // The set that stays need not note changes for one that went.
    private const string FreeSql =
        """
        update membership_set o set told_by = null, told_to = null
        where state = 1 and told_by is not null and not exists (select 1 from membership_set n where n.state = 0 and n.told_by = o.told_by)
        """;

    private const string ShowSql =
        "update membership_set set state = 1, is_whole = true, told_by = null, told_to = null where id = any($1) and state < 2";

    // From one writer to the next by the key: there are few. Who has no position has told nothing, and will not unless a set to come names it.
    private const string SweepUntoldSql =
        """
        with recursive own (writer) as (
            (select writer from membership_transition order by writer limit 1)
            union all
            select (select t.writer from membership_transition t where t.writer > own.writer order by t.writer limit 1) from own where own.writer is not null)
        delete from membership_transition where (writer, commit, ordinal) in (
            select t.writer, t.commit, t.ordinal from membership_transition t
            where t.writer = any(array(
                select writer from own where not exists (select 1 from writer_position w where w.writer = own.writer)
                    and not exists (select 1 from membership_set s where s.state = 0 and s.told_by = own.writer)))
            order by t.writer, t.commit, t.ordinal limit $1)
        """;

    private const string SweepTouchedSql =
        "delete from membership_touch t where not exists (select 1 from membership_set s where s.state = 0 and s.told_by = t.writer)";

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
        await connection.ExecuteAsync(FreeSql, [], cancellationToken);
    }

    public static async Task ShowAsync(NpgsqlConnection connection, IReadOnlyList<SegmentId> sets, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (sets.Count == 0) return;
        var pairs = await PostgresSetSwitch.PairsAsync(connection, sets, long.MinValue, cancellationToken);
        foreach (var pair in pairs)
        {
            if (!pair.IsBegun) await PostgresSetSwitch.BeginAsync(connection, pair, cancellationToken);
            while (await PostgresSetSwitch.StepAsync(connection, pair, StepRows, at, cancellationToken)) cancellationToken.ThrowIfCancellationRequested();
        }

        await PostgresSetSwitch.TellAsync(connection, pairs, at, cancellationToken);
        await RetireAsync(connection, [.. pairs.Select(pair => pair.Shown)], cancellationToken);
        await connection.ExecuteAsync(ShowSql, [In(sets.Select(id => id.Value).ToArray())], cancellationToken);
    }

    public static async Task<int> SweepAsync(NpgsqlConnection connection, int rowsMax, CancellationToken cancellationToken)
    {
        var removed = await SweepUntoldAsync(connection, rowsMax, cancellationToken);
        foreach (var id in await connection.QueryAsync("select id from membership_set where state = 2", [], row => row.GetGuid(0), cancellationToken))
        {
            if (removed >= rowsMax) break;
            removed += await connection.ExecuteAsync(SweepSql, [In(id), In((long)(rowsMax - removed))], cancellationToken);
            if (removed < rowsMax) await connection.ExecuteAsync("delete from membership_set where id = $1", [In(id)], cancellationToken);
        }

        return removed;
    }

    private static Task RetireAsync(NpgsqlConnection connection, Guid[] retired, CancellationToken cancellationToken) =>
        retired.Length == 0 ? Task.CompletedTask : connection.ExecuteAsync(RetireSql, [In(retired)], cancellationToken);

    /// <summary>What a switch would have told that does not come any more.</summary>
    private static async Task<int> SweepUntoldAsync(NpgsqlConnection connection, int rowsMax, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(SweepTouchedSql, [], cancellationToken);
        return await connection.ExecuteAsync(SweepUntoldSql, [In((long)rowsMax)], cancellationToken);
    }
}
