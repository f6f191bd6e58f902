using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.Rows;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>Erasures in a SQLite file. What is removed is overwritten; what an earlier change left in unused room only <see cref="CompactAsync"/> removes.</summary>
internal sealed class SqliteErasures(SqliteReaders readers, SqliteWriter writer) : IErasures
{
    private static readonly (string Column, string Sql)[] Steps =
    [
        ("message_blocks", "delete from message_block where identity = ?1 and number in (select number from message_block where identity = ?1 order by number limit ?2)"),
        ("snapshots", "delete from snapshot where identity = ?1 and ?2 > 0"),
    ];

    private static readonly string TransitionsSql =
        $"""
        delete from membership_transition where (writer, "commit", ordinal) in (
            select writer, "commit", ordinal from membership_transition where cause <> {(int)MembershipCause.Erasure}
            and identity in (select key from erased_identity where erasure = ?1) limit ?2)
        """;

    public async Task<ErasureNews> ReadAsync(long afterRevision, CancellationToken cancellationToken) => await readers.ReadAsync(
        open =>
        {
            var erased = open.Prepare("select id from erased_identity where revision > ?");
            erased.Bind(0, afterRevision);
            var ids = new List<IdentityId>();
            while (erased.Step()) ids.Add(new IdentityId(erased.Guid(0)));
            var suppressed = open.Prepare("select hash, is_lifted from suppressed_identifier where revision > ?");
            suppressed.Bind(0, afterRevision);
            var hashes = new List<KeyValuePair<Guid, bool>>();
            while (suppressed.Step()) hashes.Add(KeyValuePair.Create(suppressed.Guid(0), suppressed.Int(1) == 0));
            return new ErasureNews(SqliteErasing.RevisionOf(open), ids, hashes);
        },
        cancellationToken);

    public async Task<ErasureReceipt?> FindAsync(ErasureKey key, CancellationToken cancellationToken) => await readers.ReadAsync(
        open =>
        {
            var read = open.Prepare(ErasureRow.SelectSql + (key switch
            {
                { Number: not null } => "?1",
                { Identity: not null } => "(select erasure from erased_identity where id = ?1)",
                _ => "(select erasure from suppressed_identifier where hash = ?1 and is_lifted = 0)",
            }));
            read.Bind(0, key.Number ?? key.Identity?.Value ?? key.Suppressed!.Value);
            if (!read.Step()) return null;
            var receipt = Read(read);
            read.Reset();
            return receipt;
        },
        cancellationToken);

    public async Task<IReadOnlyList<Guid>> PendingAsync(int limit, CancellationToken cancellationToken) => await readers.ReadAsync<IReadOnlyList<Guid>>(
        open =>
        {
            var read = open.Prepare("select id from erasure where completed_at is null order by at limit ?");
            read.Bind(0, limit);
            var pending = new List<Guid>();
            while (read.Step()) pending.Add(read.Guid(0));
            return pending;
        },
        cancellationToken);

    public Task<bool> SweepAsync(Guid receipt, int rowsMax, DateTimeOffset now, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return writer.RunAsync(open => open.WriteSecurely(inner => Sweep(inner, receipt, rowsMax, now)));
    }

    public Task<bool> LiftAsync(Guid hash, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return writer.WriteAsync(open =>
        {
            var lift = open.Prepare("update suppressed_identifier set is_lifted = 1, revision = ?2 where hash = ?1 and is_lifted = 0");
            lift.Bind(0, hash);
            lift.Bind(1, SqliteErasing.RevisionOf(open) + 1);
            return lift.Execute() == 1 && SqliteDocumentStore.Noted(open, IErasures.Kind);
        });
    }

    public Task CompactAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return writer.RunAsync(open =>
        {
            open.Execute("vacuum");
            open.Execute("pragma wal_checkpoint(truncate)");
            return true;
        });
    }

    private static bool Sweep(SqliteConnection open, Guid receipt, int rowsMax, DateTimeOffset now)
    {
        var left = rowsMax;
        foreach (var key in KeysOf(open, receipt))
        {
            left -= SweepEntries(open, receipt, key, left);
            foreach (var (column, sql) in Steps)
            {
                if (left == 0) return false;
                var step = open.Prepare(sql);
                step.Bind(0, key);
                step.Bind(1, left);
                left -= Count(open, receipt, column, step.Execute());
            }
        }

        var transitions = open.Prepare(TransitionsSql);
        transitions.Bind(0, receipt);
        transitions.Bind(1, left);
        left -= Count(open, receipt, "transitions", transitions.Execute());
        if (left == 0) return false;
        var complete = open.Prepare("update erasure set completed_at = ?2 where id = ?1 and completed_at is null");
        complete.Bind(0, receipt);
        complete.Bind(1, now.ToMicros());
        complete.Execute();
        return true;
    }

    private static int SweepEntries(SqliteConnection open, Guid receipt, long key, int rowsMax)
    {
        var delete = open.Prepare("delete from event where identity = ?1 and seq in (select seq from event where identity = ?1 order by seq limit ?2) returning kind");
        delete.Bind(0, key);
        delete.Bind(1, rowsMax);
        var (events, changes) = (0, 0);
        while (delete.Step())
        {
            if (delete.Int(0) < LogRow.ChangeKind) events++;
            else changes++;
        }

        return Count(open, receipt, "events", events) + Count(open, receipt, "changes", changes);
    }

    private static int Count(SqliteConnection open, Guid receipt, string column, int removed)
    {
        if (removed == 0) return 0;
        var count = open.Prepare($"update erasure set {column} = {column} + ?2 where id = ?1");
        count.Bind(0, receipt);
        count.Bind(1, removed);
        count.Execute();
        return removed;
    }

    private static List<long> KeysOf(SqliteConnection open, Guid receipt)
    {
        var read = open.Prepare("select key from erased_identity where erasure = ? order by key");
        read.Bind(0, receipt);
        var keys = new List<long>();
        while (read.Step()) keys.Add(read.Long(0));
        return keys;
    }

    private static ErasureReceipt Read(SqliteStatement read) => new ErasureRow(
        read.Guid(0), read.Guid(1), read.Long(2), read.IsNull(3) ? null : read.Long(3), read.Int(4) != 0).With(column => read.Long(column));
}
