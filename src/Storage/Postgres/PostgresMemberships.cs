using CdpPipeline.Domain.Events;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.GroupCommit;
using Npgsql;
using NpgsqlTypes;
using static CdpPipeline.Storage.Postgres.PostgresCommands;

namespace CdpPipeline.Storage.Postgres;

/// <summary>
/// The statements that write a group's changes of membership rows. Each tells, by itself, of the rows that really came or went in sets that are
/// shown; and no switch of sets happens between them and the group's commit.
/// </summary>
internal static class PostgresMemberships
{
    private const string PositionSql =
        """
        insert into writer_position (writer, position, at, node) overriding system value values ($1, $2, $3, $4)
        on conflict (writer) do update set position = excluded.position, at = excluded.at
        """;

    // What is there now, row by row by its key: nobody but the turns in this group changes it, or the group is not committed. Joining with what was written
    // instead would compare each with each.
    private const string ChangeSql =
        """
        with change as materialized (
            select c.*, s.segment, s.state, m.since as was from unnest($1, $2, $3, $4, $5, $6) as c (set_id, identity, since, at, cause, ordinal)
            join membership_set s on s.id = c.set_id and s.state < 2
            left join lateral (select since from membership where segment = c.set_id and identity = c.identity limit 1) m on true)
        """;

    private const string TellSql =
        """
        told as (
            insert into membership_transition (writer, commit, ordinal, segment, identity, entered, at, since, cause)
        """;

    private const string EnterSql =
        $"""
        {ChangeSql},
        came as (
            insert into membership (segment, identity, since) select set_id, identity, since from change where was is null
            on conflict do nothing returning segment),
        {TellSql}
            select $7, $8, ordinal, segment, identity, true, greatest(at, since), since, cause from change
            where was is null and state = 1 and cause > 0)
        select segment, true from came
        """;

    // A row that no transaction has locked or changed was just inserted; one that was there before is no entry.
    private const string MoveSql =
        """
        with moved as (
            insert into membership (segment, identity, since)
            select c.* from unnest($1, $2, $3) as c (set_id, identity, since) join membership_set s on s.id = c.set_id and s.state < 2
            on conflict (segment, identity) do update set since = excluded.since returning segment, xmax = 0 as is_new)
        select segment, true from moved where is_new
        """;

    private const string LeaveSql =
        $"""
        {ChangeSql},
        gone as (
            delete from membership m using change c where m.segment = c.set_id and m.identity = c.identity returning m.segment),
        {TellSql}
            select $7, $8, ordinal, segment, identity, false, greatest(at, coalesce(was, since)), coalesce(was, since), cause from change
            where state = 1 and cause > 0 and coalesce(was, since) is not null)
        select segment, false from gone
        """;

    /// <summary>Adds the commands: one without rows, and those that return which rows came and went.</summary>
    public static void Add(NpgsqlBatch batch, List<MembershipChange> changes, MembershipLedger ledger)
    {
        var entering = changes.FindAll(change => change is { Since: not null, Replaces: false });
        var moving = changes.FindAll(change => change is { Since: not null, Replaces: true });
        var leaving = changes.FindAll(change => change.Since is null);
        batch.BatchCommands.Add(BatchCommand(PositionSql, In(ledger.Writer), In(ledger.Commit), In(ledger.Now.ToMicros()), In(ledger.Node)));
        if (entering.Count > 0) batch.BatchCommands.Add(Telling(EnterSql, entering, ledger, firstOrdinal: 1));
        if (leaving.Count > 0) batch.BatchCommands.Add(Telling(LeaveSql, leaving, ledger, firstOrdinal: 1 + entering.Count));
        if (moving.Count == 0) return;
        batch.BatchCommands.Add(BatchCommand(
            MoveSql,
            In(moving.ConvertAll(change => change.Segment.Value).ToArray()),
            In(moving.ConvertAll(change => change.Identity).ToArray()),
            In(moving.ConvertAll(change => change.Since!.Value.ToMicros()).ToArray())));
    }

    private static NpgsqlBatchCommand Telling(string sql, List<MembershipChange> changes, MembershipLedger ledger, long firstOrdinal) => BatchCommand(
        sql,
        In(changes.ConvertAll(change => change.Segment.Value).ToArray()),
        In(changes.ConvertAll(change => change.Identity).ToArray()),
        In(changes.ConvertAll(change => (change.Since ?? change.WasSince)?.ToMicros()).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bigint),
        In(changes.ConvertAll(change => change.News?.At.ToMicros() ?? 0).ToArray()),
        In(changes.ConvertAll(change => (short)(change.News?.Cause ?? 0)).ToArray()),
        In(changes.Select((_, i) => firstOrdinal + i).ToArray()),
        In(ledger.Writer),
        In(ledger.Commit));
}
