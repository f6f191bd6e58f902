using CdpPipeline.Domain.Events;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>The audit log in a SQLite file.</summary>
internal sealed class SqliteAuditLog(SqliteReaders readers, SqliteWriter writer) : IAuditLog
{
    private const string ReadSql =
        """
        select id, at, actor, actor_name, session, action, target, status from audit_entry
        where id < ?1 and (?2 is null or actor = ?2) and (?3 is null or action = ?3) order by id desc limit ?4
        """;

    public Task BeginAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return writer.WriteAsync(open =>
        {
            var insert = open.Prepare("insert into audit_entry (id, at, actor, actor_name, session, action, target, status) values (?, ?, ?, ?, ?, ?, ?, ?)");
            insert.Bind(0, entry.Id);
            insert.Bind(1, entry.At.ToMicros());
            insert.Bind(2, entry.Actor.KeyId);
            insert.Bind(3, entry.Actor.Name);
            insert.Bind(4, entry.Actor.Session);
            insert.Bind(5, entry.Action);
            insert.Bind(6, entry.Target);
            insert.Bind(7, (long?)entry.Status);
            return insert.Execute();
        });
    }

    public Task EndAsync(Guid id, int status, string? target, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return writer.WriteAsync(open =>
        {
            var close = open.Prepare("update audit_entry set status = ?2, target = coalesce(?3, target) where id = ?1 and status is null");
            close.Bind(0, id);
            close.Bind(1, status);
            close.Bind(2, target);
            return close.Execute();
        });
    }

    public async Task<IReadOnlyList<AuditEntry>> ReadAsync(AuditQuery query, CancellationToken cancellationToken) => await readers.ReadAsync<IReadOnlyList<AuditEntry>>(
        open =>
        {
            var read = open.Prepare(ReadSql);
            read.Bind(0, query.Before ?? Guid.AllBitsSet);
            read.Bind(1, query.KeyId);
            read.Bind(2, query.Action);
            read.Bind(3, query.Limit);
            var entries = new List<AuditEntry>();
            while (read.Step()) entries.Add(Read(read));
            return entries;
        },
        cancellationToken);

    public Task<int> PruneAsync(DateTimeOffset olderThan, int rowsMax, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return writer.WriteAsync(open =>
        {
            var prune = open.Prepare("delete from audit_entry where id in (select id from audit_entry where at < ? order by id limit ?)");
            prune.Bind(0, olderThan.ToMicros());
            prune.Bind(1, rowsMax);
            return prune.Execute();
        });
    }

    private static AuditEntry Read(SqliteStatement read) =>
        new(read.Guid(0), Instants.FromMicros(read.Long(1)), new AuditActor(read.Text(2), read.Text(3), read.TextOrNull(4)), read.Text(5))
        {
            Target = read.TextOrNull(6),
            Status = read.IsNull(7) ? null : read.Int(7),
        };
}
