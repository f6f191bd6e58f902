using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Storage.Rows;
using Npgsql;
using static CdpPipeline.Storage.Postgres.PostgresCommands;

namespace CdpPipeline.Storage.Postgres;

/// <summary>
/// What a switch of sets tells, written in PostgreSQL before it happens: in steps, beside all other work, as transitions of a writer of its own of whom
/// nobody reads anything, since it has no position yet. From the beginning on the tables' triggers note every change of the two sets, whichever program
/// makes it, and whoever was changed is compared again. Under the lock of the switch itself only the last of those are left. A step that is not committed has
/// done nothing; two processes at it take turns.
/// </summary>
internal static class PostgresSetSwitch
{
    private const string PairsSql =
        """
        select n.segment, n.id, o.id, coalesce(n.told_by = o.told_by, false) from membership_set n join membership_set o on o.segment = n.segment and o.state = 1
        where n.state = 0 and (n.id = any($1) or n.saved_in <= $2) order by n.id
        """;

    private const string BoundSql =
        """
        select coalesce(least(
            (select identity from membership where segment = $1 and identity > $3 order by identity offset $4 limit 1),
            (select identity from membership where segment = $2 and identity > $3 order by identity offset $4 limit 1)), 9223372036854775807)
        """;

    private const string ChangedSql =
        """
        delete from membership_touch where number in (select number from membership_touch where writer = $1 order by number limit $2) returning identity
        """;

    // The planner may not know yet how many rows a new set has, takes them for one, and would compare each row of a step with each.
    private const string JoinsSql = "set local enable_nestloop = off";

    private const string TellSql =
        """
        insert into writer_position (writer, position, at) overriding system value
        select told_by, 1, $2 from membership_set where id = any($1) and state = 0 and told_by is not null
        """;

    private static readonly string RangeSql = Difference("{0}.identity > $7 and {0}.identity <= $8");
    private static readonly string ListSql = Difference("{0}.identity = any($7)");
    private static readonly string KeepRangeSql = Keep("{0}.identity > $3 and {0}.identity <= $4");
    private static readonly string KeepListSql = Keep("{0}.identity = any($3)");

    /// <summary>The sets that take another's place, of these and of those saved by the version.</summary>
    public static Task<List<SetPair>> PairsAsync(NpgsqlConnection connection, IEnumerable<SegmentId> sets, long version, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            PairsSql,
            [In(sets.Select(id => id.Value).ToArray()), In(version)],
            row => new SetPair(row.GetGuid(0), row.GetGuid(1), row.GetGuid(2), IsBegun: row.GetBoolean(3)),
            cancellationToken);

    /// <summary>Begins; the caller holds the admission lock alone, so no change is under way that would not be noted.</summary>
    public static async Task BeginAsync(NpgsqlConnection connection, SetPair pair, CancellationToken cancellationToken)
    {
        var writer = (await connection.QueryAsync(
            "select nextval(pg_get_serial_sequence('writer_position', 'writer'))::integer", [], row => row.GetInt32(0), cancellationToken))[0];
        await connection.ExecuteAsync(
            "update membership_set set told_by = $1, told_to = 0 where id = any($2)", [In(writer), In(new[] { pair.Coming, pair.Shown })], cancellationToken);
    }

    /// <summary>
    /// One step, over so many rows of each set; false once nobody is left but who changes from now on. The caller holds the admission lock, shared or alone,
    /// so none is under way while somebody is erased.
    /// </summary>
    public static async Task<bool> StepAsync(NpgsqlConnection connection, SetPair pair, int rowsMax, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var begun = await connection.QueryAsync(
            "select told_by, told_to from membership_set where id = $1 and state = 0 and told_by is not null for update",
            [In(pair.Coming)],
            row => (Writer: row.GetInt32(0), Reached: row.GetInt64(1)),
            cancellationToken);
        if (begun is not [var (writer, reached)]) return false;
        await connection.ExecuteAsync(JoinsSql, [], cancellationToken);
        if (reached == long.MaxValue) return await CompareAgainAsync(connection, pair, writer, rowsMax, at, cancellationToken);
        var bound = (await connection.QueryAsync(
            BoundSql, [In(pair.Coming), In(pair.Shown), In(reached), In((long)rowsMax)], row => row.GetInt64(0), cancellationToken))[0];
        await connection.ExecuteAsync(RangeSql, [.. Told(pair, writer, at), In(reached), In(bound)], cancellationToken);
        await connection.ExecuteAsync(KeepRangeSql, [In(pair.Coming), In(pair.Shown), In(reached), In(bound)], cancellationToken);
        await connection.ExecuteAsync("update membership_set set told_to = $2 where id = $1", [In(pair.Coming), In(bound)], cancellationToken);
        return true;
    }

    /// <summary>Has all that was written for these sets to come be told; the caller shows them in the same transaction.</summary>
    public static Task TellAsync(NpgsqlConnection connection, IEnumerable<SetPair> pairs, DateTimeOffset at, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(TellSql, [In(pairs.Select(pair => pair.Coming).ToArray()), In(at.ToMicros())], cancellationToken);

    private static async Task<bool> CompareAgainAsync(
        NpgsqlConnection connection, SetPair pair, int writer, int rowsMax, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var changed = await connection.QueryAsync(ChangedSql, [In(writer), In((long)rowsMax)], row => row.GetInt64(0), cancellationToken);
        if (changed.Count == 0) return false;
        var identities = changed.Distinct().Order().ToArray();
        await connection.ExecuteAsync("delete from membership_transition where writer = $1 and commit = 1 and ordinal = any($2)", [In(writer), In(identities)], cancellationToken);
        await connection.ExecuteAsync(ListSql, [.. Told(pair, writer, at), In(identities)], cancellationToken);
        await connection.ExecuteAsync(KeepListSql, [In(pair.Coming), In(pair.Shown), In(identities)], cancellationToken);
        return changed.Count == rowsMax;
    }

    private static NpgsqlParameter[] Told(SetPair pair, int writer, DateTimeOffset at) =>
        [In(writer), In(pair.Segment), In(at.ToMicros()), In((short)MembershipCause.Definition), In(pair.Coming), In(pair.Shown)];

    // Whoever it is about stands on both sides: else the other set would be read from its beginning in each step. A person is told of once, by her key.
    private static string Difference(string who) =>
        $"""
        insert into membership_transition (writer, commit, ordinal, segment, identity, entered, at, since, cause)
        select $1, 1, d.identity, $2, d.identity, d.entered, greatest($3, d.since), d.since, $4 from (
            select n.identity, true as entered, n.since from membership n
            where n.segment = $5 and {Of("n", who)} and not exists (select 1 from membership o where o.segment = $6 and o.identity = n.identity and {Of("o", who)})
            union all
            select o.identity, false, o.since from membership o
            where o.segment = $6 and {Of("o", who)} and not exists (select 1 from membership n where n.segment = $5 and n.identity = o.identity and {Of("n", who)})) d
        """;

    private static string Keep(string who) =>
        $"""
        update membership n set since = o.since from membership o
        where n.segment = $1 and o.segment = $2 and o.identity = n.identity and n.since <> o.since and {Of("n", who)} and {Of("o", who)}
        """;

    private static string Of(string table, string who) => who.Replace("{0}", table, StringComparison.Ordinal);
}
