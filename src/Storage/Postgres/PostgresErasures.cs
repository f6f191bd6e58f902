using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.Rows;
using Npgsql;
using static CdpPipeline.Storage.Postgres.PostgresCommands;

namespace CdpPipeline.Storage.Postgres;

/// <summary>Erasures in PostgreSQL.</summary>
internal sealed class PostgresErasures(PostgresDatabase database) : IErasures
{
    private const string ErasedSql = "select id from erased_identity where revision > $1";
    private const string SuppressedSql = "select hash, not is_lifted from suppressed_identifier where revision > $1";
    private const string PendingSql = "select id from erasure where completed_at is null order by at limit $1";

    private const string LiftSql =
        """
        with lifted as (update suppressed_identifier set is_lifted = true, revision = $2 where hash = $1 and not is_lifted returning 1)
        insert into document_kind (kind, changes) select 'erasure', $2 from lifted on conflict (kind) do update set changes = excluded.changes
        """;

    public Task<ErasureNews> ReadAsync(long afterRevision, CancellationToken cancellationToken) => database.ReadAsync(
        async connection => new ErasureNews(
            await PostgresErasing.RevisionAsync(connection, cancellationToken),
            await connection.QueryAsync(ErasedSql, [In(afterRevision)], row => new IdentityId(row.GetGuid(0)), cancellationToken),
            await connection.QueryAsync(SuppressedSql, [In(afterRevision)], row => KeyValuePair.Create(row.GetGuid(0), row.GetBoolean(1)), cancellationToken)),
        cancellationToken);

    public Task<ErasureReceipt?> FindAsync(ErasureKey key, CancellationToken cancellationToken)
    {
        var sql = ErasureRow.SelectSql + (key switch
        {
            { Number: not null } => "$1",
            { Identity: not null } => "(select erasure from erased_identity where id = $1)",
            _ => "(select erasure from suppressed_identifier where hash = $1 and not is_lifted)",
        });
        var value = key.Number ?? key.Identity?.Value ?? key.Suppressed!.Value;
        return database.RunAsync(async connection => (await connection.QueryAsync(sql, [In(value)], Read, cancellationToken)).SingleOrDefault(), cancellationToken);
    }

    public Task<IReadOnlyList<Guid>> PendingAsync(int limit, CancellationToken cancellationToken) => database.RunAsync<IReadOnlyList<Guid>>(
        async connection => await connection.QueryAsync(PendingSql, [In((long)limit)], row => row.GetGuid(0), cancellationToken), cancellationToken);

    public Task<bool> SweepAsync(Guid receipt, int rowsMax, DateTimeOffset now, CancellationToken cancellationToken) => database.RunAsync(
        async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var isDone = await PostgresErasureSweep.RunAsync(connection, receipt, rowsMax, now.ToMicros(), cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return isDone;
        },
        cancellationToken);

    public Task<bool> LiftAsync(Guid hash, CancellationToken cancellationToken) => database.RunAsync(
        async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await PostgresAdmission.AloneAsync(connection, cancellationToken);
            var revision = await PostgresErasing.RevisionAsync(connection, cancellationToken) + 1;
            var isLifted = await connection.ExecuteAsync(LiftSql, [In(hash), In(revision)], cancellationToken) == 1;
            await transaction.CommitAsync(cancellationToken);
            return isLifted;
        },
        cancellationToken);

    public Task CompactAsync(CancellationToken cancellationToken) => database.RunAsync(
        async connection =>
        {
            await connection.ExecuteAsync("set statement_timeout = 0", [], cancellationToken);
            try
            {
                // The planner's statistics hold samples of values.
                await connection.ExecuteAsync("vacuum (full, analyze)", [], cancellationToken, timeoutSeconds: 0);
                await connection.ExecuteAsync("vacuum full pg_catalog.pg_statistic", [], cancellationToken, timeoutSeconds: 0);
                return true;
            }
            finally
            {
                await connection.ExecuteAsync("reset statement_timeout", [], cancellationToken);
            }
        },
        cancellationToken);

    private static ErasureReceipt Read(NpgsqlDataReader row) => new ErasureRow(
        row.GetGuid(0), row.GetGuid(1), row.GetInt64(2), row.IsDBNull(3) ? null : row.GetInt64(3), row.GetBoolean(4)).With(row.GetInt64);
}
