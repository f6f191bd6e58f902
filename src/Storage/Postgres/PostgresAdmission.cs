using CdpPipeline.Storage.GroupCommit;
using Npgsql;
using static CdpPipeline.Storage.Postgres.PostgresCommands;

namespace CdpPipeline.Storage.Postgres;

/// <summary>
/// What every group commit begins with: it may go on only if its node is not fenced and no append in it was decided by an older catalog than is in
/// force, or before somebody was erased. Whoever changes one of these waits until no group is under way that has asked before, so the answer holds until the group is committed.
/// </summary>
internal static class PostgresAdmission
{
    /// <summary>Group commits hold it shared, who changes the catalog, its sets or the fences holds it alone; all until they commit.</summary>
    public const long LockKey = 0x43_44_50_32;

    // Two statements: the second must see what was committed while the first one waited.
    private const string LockSql = "select pg_advisory_xact_lock_shared($1)";

    private const string LookSql =
        """
        select coalesce((select version from document where kind = 'catalog' and id = 'conditions'), 0),
            exists (select 1 from fenced_node where node = $1),
            coalesce((select changes from document_kind where kind = 'erasure'), 0)
        """;

    public static void Add(NpgsqlBatch batch, NodeFence fence)
    {
        AddLock(batch);
        batch.BatchCommands.Add(BatchCommand(LookSql, In(fence.Node)));
    }

    /// <summary>Only the lock, for those who write nothing that a catalog decided.</summary>
    public static void AddLock(NpgsqlBatch batch) => batch.BatchCommands.Add(BatchCommand(LockSql, In(LockKey)));

    /// <summary>Reads the answers, which come first.</summary>
    public static async Task ReadAsync(NpgsqlDataReader reader, IReadOnlyList<PendingAppend> group, NodeFence fence, CancellationToken cancellationToken)
    {
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        if (reader.GetBoolean(1)) throw fence.Close();
        PendingAppend.ThrowIfOld(group, reader.GetInt64(0));
        PendingAppend.ThrowIfUnaware(group, reader.GetInt64(2));
    }

    /// <summary>Takes the lock for one whose statements may stand beside group commits, but not beside those who change what is asked here.</summary>
    public static Task SharedAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(LockSql, [In(LockKey)], cancellationToken);

    /// <summary>Takes the lock for one who changes what is asked here.</summary>
    public static Task AloneAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync("select pg_advisory_xact_lock($1)", [In(LockKey)], cancellationToken);
}
