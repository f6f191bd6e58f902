using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.GroupCommit;
using Npgsql;
using static CdpPipeline.Storage.Postgres.PostgresCommands;

namespace CdpPipeline.Storage.Postgres;

/// <summary>
/// Writes the decision that a person is erased, within one transaction that holds the admission lock alone: so no group is under way that does not know of
/// it.
/// </summary>
internal static class PostgresErasing
{
    private const string PartsSql =
        """
        with recursive part (key, id) as (
            select key, id from identity where id = $1 and merged_into is null
            union all select i.key, i.id from identity i join part p on i.merged_into = p.id)
        select key, (select coalesce(max(e.seq), 0) from event e where e.identity = part.key) from part
        """;

    private const string NoteSql =
        "insert into document_kind (kind, changes) values ('erasure', $1) on conflict (kind) do update set changes = excluded.changes";

    private const string ReceiptSql =
        """
        with named as (delete from identifier i using unnest($1, $2) as own (kind, value) where i.kind = own.kind and i.value = own.value returning 1),
        unmarked as (delete from retention_mark where identity = any($3)),
        woken as (delete from due where identity = any($3) returning 1),
        gone as (delete from identity where key = any($3) returning key, id),
        kept as (insert into erased_identity (id, key, erasure, revision) select id, key, $4, $5 from gone)
        insert into erasure (id, identity, at, suppresses, components, identifiers, memberships, due_times)
        select $4, $6, $7, $8, (select count(*) from gone), (select count(*) from named), (select count(*) from membership where identity = any($3)), (select count(*) from woken)
        """;

    private const string SuppressSql =
        """
        insert into suppressed_identifier (hash, erasure, revision, is_lifted) select hash, $2, $3, false from unnest($1) as own (hash)
        on conflict (hash) do update set erasure = excluded.erasure, revision = excluded.revision, is_lifted = false
        """;

    private const string PositionSql =
        """
        insert into writer_position (writer, position, at, node) overriding system value values ($1, $2, $3, $4)
        on conflict (writer) do update set position = excluded.position, at = excluded.at
        """;

    private const string LeaveSql =
        """
        with gone as (delete from membership where identity = any($1) returning segment, identity, since),
        told as (
            insert into membership_transition (writer, commit, ordinal, segment, identity, entered, at, since, cause)
            select $2, $3, row_number() over (), s.segment, gone.identity, false, greatest($4, gone.since), gone.since, $5
            from gone join membership_set s on s.id = gone.segment and s.state = 1)
        select segment from gone
        """;

    // She is in neither set any more, so there is nothing about her to tell at a switch that is being prepared.
    private const string ForgetUntoldSql =
        """
        delete from membership_transition
        where writer = any(array(select told_by from membership_set where told_by is not null)) and commit = 1 and ordinal = any($1)
        """;

    private const string ForgetNotesSql = "delete from membership_touch where identity = any($1)";

    /// <summary>Takes the lock, and looks whether the person is what the decision says she is. The revision that this makes; null when she is not.</summary>
    public static async Task<long?> BeginAsync(NpgsqlConnection connection, NodeFence fence, Erasure erasure, CancellationToken cancellationToken)
    {
        await PostgresAdmission.AloneAsync(connection, cancellationToken);
        if (await PostgresFencing.IsFencedAsync(connection, fence.Node, cancellationToken)) throw fence.Close();
        var parts = await connection.QueryAsync(PartsSql, [In(erasure.Id.Value)], row => new ErasedComponent(row.GetInt64(0), row.GetInt64(1)), cancellationToken);
        return parts.ToHashSet().SetEquals(erasure.Components) ? await RevisionAsync(connection, cancellationToken) + 1 : null;
    }

    /// <summary>Writes it; the ledger has begun a commit.</summary>
    public static async Task WriteAsync(NpgsqlConnection connection, Erasure erasure, long revision, MembershipLedger ledger, CancellationToken cancellationToken)
    {
        var keys = erasure.Components.Select(component => component.Key).Order().ToArray();
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(BatchCommand(NoteSql, In(revision)));
        batch.BatchCommands.Add(BatchCommand(
            ReceiptSql,
            In(erasure.Identifiers.Select(identifier => (short)identifier.Kind).ToArray()),
            In(erasure.Identifiers.Select(identifier => identifier.Value).ToArray()),
            In(keys),
            In(erasure.Receipt),
            In(revision),
            In(erasure.Id.Value),
            In(erasure.At.ToMicros()),
            In(erasure.Suppressed.Count > 0)));
        batch.BatchCommands.Add(BatchCommand(SuppressSql, In(erasure.Suppressed.ToArray()), In(erasure.Receipt), In(revision)));
        batch.BatchCommands.Add(BatchCommand(PositionSql, In(ledger.Writer), In(ledger.Commit), In(ledger.Now.ToMicros()), In(ledger.Node)));
        batch.BatchCommands.Add(BatchCommand(
            LeaveSql, In(keys), In(ledger.Writer), In(ledger.Commit), In(erasure.At.ToMicros()), In((short)MembershipCause.Erasure)));

        batch.BatchCommands.Add(BatchCommand(ForgetUntoldSql, In(keys)));
        batch.BatchCommands.Add(BatchCommand(ForgetNotesSql, In(keys)));

        // Only one returns rows.
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) ledger.Left(new SegmentId(reader.GetGuid(0)));
        await reader.NextResultAsync(cancellationToken);
    }

    /// <summary>The revision in force; 0 before the first.</summary>
    public static async Task<long> RevisionAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync("select coalesce((select changes from document_kind where kind = 'erasure'), 0)", [], row => row.GetInt64(0), cancellationToken))[0];
}
