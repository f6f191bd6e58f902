using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using Npgsql;
using static CdpPipeline.Storage.Postgres.PostgresCommands;

namespace CdpPipeline.Storage.Postgres;

/// <summary>Transitions in PostgreSQL.</summary>
internal sealed class PostgresTransitions(PostgresDatabase database) : IMembershipTransitions
{
    private const string Columns = "t.writer, t.commit, t.ordinal, t.segment, coalesce(i.id, e.id), t.entered, t.at, t.since, t.cause";

    // Who has no position yet is a switch that is being prepared.
    private const string TellersSql = "array(select writer from writer_position)";

    private const string ReadSql =
        $"""
        select {Columns} from writer_position w
        left join unnest($1, $2, $3) as seen (writer, commit, ordinal) on seen.writer = w.writer
        cross join lateral (
            select * from membership_transition t
            where t.writer = w.writer and (t.commit, t.ordinal) > (coalesce(seen.commit, 0), coalesce(seen.ordinal, 0))
            order by t.commit, t.ordinal limit $4) t
        left join identity i on i.key = t.identity left join erased_identity e on e.key = t.identity and t.cause = 6
        where coalesce(i.id, e.id) is not null
        order by t.writer, t.commit, t.ordinal limit $4
        """;

    private const string RecentSql =
        $"""
        select {Columns} from (
            select * from membership_transition
            where segment = $1 and at <= $2 and (at, writer, commit, ordinal) < ($2, $3, $4, $5) and writer = any({TellersSql})
            order by at desc, writer desc, commit desc, ordinal desc limit $6) t
        left join identity i on i.key = t.identity left join erased_identity e on e.key = t.identity and t.cause = 6
        where coalesce(i.id, e.id) is not null
        order by t.at desc, t.writer desc, t.commit desc, t.ordinal desc
        """;

    private const string OfSql =
        $"""
        select {Columns} from membership_transition t join identity i on i.key = t.identity left join erased_identity e on false
        where i.id = any($1) and (t.writer, t.commit, t.ordinal) > ($2, $3, $4) and t.writer = any({TellersSql}) order by t.writer, t.commit, t.ordinal limit $5
        """;

    // A segment waits while its switch is being written.
    private const string NextSegmentSql =
        """
        select segment from membership_transition t
        where segment > $1 and not exists (select 1 from membership_set s where s.segment = t.segment and s.state = 0 and s.told_by is not null) order by segment limit 1
        """;

    private const string SurplusSql =
        "select at, writer, commit, ordinal from membership_transition where segment = $1 order by at desc, writer desc, commit desc, ordinal desc offset $2 limit 1";

    private const string PruneSql =
        """
        delete from membership_transition where (writer, commit, ordinal) in (
            select writer, commit, ordinal from membership_transition
            where segment = $1 and (at < $2 or (at, writer, commit, ordinal) <= ($3, $4, $5, $6))
            order by at, writer, commit, ordinal limit $7)
        """;

    private const string PositionsSql =
        """
        delete from writer_position w where at < $1 and writer < (select max(writer) from writer_position)
            and not exists (select 1 from membership_transition t where t.writer = w.writer)
        """;

    public Task<IReadOnlyList<MembershipTransition>> ReadAsync(IReadOnlyCollection<TransitionPlace> after, int limit, CancellationToken cancellationToken) =>
        QueryAsync(
            ReadSql,
            [
                In(after.Select(place => place.Writer).ToArray()),
                In(after.Select(place => place.Commit).ToArray()),
                In(after.Select(place => place.Ordinal).ToArray()),
                In((long)limit),
            ],
            cancellationToken);

    public Task<IReadOnlyList<MembershipTransition>> RecentAsync(SegmentId segment, RecentPlace? before, int limit, CancellationToken cancellationToken)
    {
        var place = before?.Place ?? new TransitionPlace(int.MaxValue, long.MaxValue, long.MaxValue);
        return QueryAsync(
            RecentSql,
            [In(segment.Value), In(before?.At.ToMicros() ?? long.MaxValue), In(place.Writer), In(place.Commit), In(place.Ordinal), In((long)limit)],
            cancellationToken);
    }

    public Task<IReadOnlyList<MembershipTransition>> OfAsync(IReadOnlyCollection<IdentityId> identities, TransitionPlace after, int limit, CancellationToken cancellationToken) =>
        QueryAsync(
            OfSql,
            [In(identities.Select(id => id.Value).ToArray()), In(after.Writer), In(after.Commit), In(after.Ordinal), In((long)limit)],
            cancellationToken);

    public Task<DateTimeOffset?> NewestAsync(CancellationToken cancellationToken) => database.RunAsync<DateTimeOffset?>(
        async connection => (await connection.QueryAsync(
            "select max(greatest(at, since)) from membership_transition", [], row => row.IsDBNull(0) ? (DateTimeOffset?)null : Instants.FromMicros(row.GetInt64(0)), cancellationToken))[0],
        cancellationToken);

    public Task<int> PruneAsync(DateTimeOffset olderThan, int perSegmentMax, int rowsMax, CancellationToken cancellationToken) => database.RunAsync(
        async connection =>
        {
            var removed = 0;
            var after = Guid.Empty;
            while (removed < rowsMax && await connection.QueryAsync(NextSegmentSql, [In(after)], row => row.GetGuid(0), cancellationToken) is [var segment])
            {
                removed += await PruneAsync(connection, segment, olderThan, perSegmentMax, rowsMax - removed, cancellationToken);
                after = segment;
            }

            if (removed == 0) await connection.ExecuteAsync(PositionsSql, [In(olderThan.ToMicros())], cancellationToken);
            return removed;
        },
        cancellationToken);

    private static async Task<int> PruneAsync(
        NpgsqlConnection connection, Guid segment, DateTimeOffset olderThan, int perSegmentMax, int rowsMax, CancellationToken cancellationToken)
    {
        var surplus = await connection.QueryAsync(
            SurplusSql, [In(segment), In((long)perSegmentMax)], row => (row.GetInt64(0), row.GetInt32(1), row.GetInt64(2), row.GetInt64(3)), cancellationToken);
        var (at, writer, commit, ordinal) = surplus.Count > 0 ? surplus[0] : (long.MinValue, 0, 0, 0);
        return await connection.ExecuteAsync(
            PruneSql, [In(segment), In(olderThan.ToMicros()), In(at), In(writer), In(commit), In(ordinal), In((long)rowsMax)], cancellationToken);
    }

    private Task<IReadOnlyList<MembershipTransition>> QueryAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<MembershipTransition>>(async connection => await connection.QueryAsync(sql, parameters, Read, cancellationToken), cancellationToken);

    private static MembershipTransition Read(NpgsqlDataReader row) => new(
        new TransitionPlace(row.GetInt32(0), row.GetInt64(1), row.GetInt64(2)),
        new SegmentId(row.GetGuid(3)),
        new IdentityId(row.GetGuid(4)),
        row.GetBoolean(5),
        Instants.FromMicros(row.GetInt64(6)),
        Instants.FromMicros(row.GetInt64(7)),
        (MembershipCause)row.GetInt16(8));
}
