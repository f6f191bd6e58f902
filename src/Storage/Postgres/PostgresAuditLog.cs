using CdpPipeline.Domain.Events;
using CdpPipeline.Grains.Interfaces.Storage;
using Npgsql;
using NpgsqlTypes;
using static CdpPipeline.Storage.Postgres.PostgresCommands;

namespace CdpPipeline.Storage.Postgres;

/// <summary>The audit log in PostgreSQL.</summary>
internal sealed class PostgresAuditLog(PostgresDatabase database) : IAuditLog
{
    private const string InsertSql =
        "insert into audit_entry (id, at, actor, actor_name, session, action, target, status) values ($1, $2, $3, $4, $5, $6, $7, $8)";

    private const string CloseSql = "update audit_entry set status = $2, target = coalesce($3, target) where id = $1 and status is null";

    private const string ReadSql =
        """
        select id, at, actor, actor_name, session, action, target, status from audit_entry
        where id < $1 and ($2::text is null or actor = $2) and ($3::text is null or action = $3) order by id desc limit $4
        """;

    private const string PruneSql = "delete from audit_entry where id in (select id from audit_entry where at < $1 order by id limit $2)";

    public Task BeginAsync(AuditEntry entry, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteAsync(
            InsertSql,
            [
                In(entry.Id),
                In(entry.At.ToMicros()),
                In(entry.Actor.KeyId),
                In(entry.Actor.Name),
                Text(entry.Actor.Session),
                In(entry.Action),
                Text(entry.Target),
                new NpgsqlParameter { Value = (object?)entry.Status ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer },
            ],
            cancellationToken),
        cancellationToken);

    public Task EndAsync(Guid id, int status, string? target, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteAsync(CloseSql, [In(id), In(status), Text(target)], cancellationToken), cancellationToken);

    public Task<IReadOnlyList<AuditEntry>> ReadAsync(AuditQuery query, CancellationToken cancellationToken) => database.RunAsync<IReadOnlyList<AuditEntry>>(
        async connection => await connection.QueryAsync(
            ReadSql, [In(query.Before ?? Guid.AllBitsSet), Text(query.KeyId), Text(query.Action), In((long)query.Limit)], Read, cancellationToken),
        cancellationToken);

    public Task<int> PruneAsync(DateTimeOffset olderThan, int rowsMax, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteAsync(PruneSql, [In(olderThan.ToMicros()), In((long)rowsMax)], cancellationToken), cancellationToken);

    private static NpgsqlParameter Text(string? text) => new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static AuditEntry Read(NpgsqlDataReader row) =>
        new(row.GetGuid(0), Instants.FromMicros(row.GetInt64(1)), new AuditActor(row.GetString(2), row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4)), row.GetString(5))
        {
            Target = row.IsDBNull(6) ? null : row.GetString(6),
            Status = row.IsDBNull(7) ? null : row.GetInt32(7),
        };
}
