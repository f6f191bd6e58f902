using System.Runtime.CompilerServices;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.GroupCommit;
using CdpPipeline.Storage.Rows;
using Npgsql;
using static CdpPipeline.Storage.Postgres.PostgresCommands;

namespace CdpPipeline.Storage.Postgres;

/// <summary>The event log in PostgreSQL.</summary>
internal sealed class PostgresEventLog : IEventLog, IAsyncDisposable
{
    private const int ReadChunkRows = 1_000;

    private static readonly string MessagesSql =
        $"""
        select e.identity, e.seq, e.kind, e.message_id, case when e.kind = {LogRow.ExpiredKind} then e.properties end
        from unnest($1, $2) as wanted (identity, seq)
        cross join lateral (
            select * from event where identity = wanted.identity and seq = wanted.seq and (message_id is not null or kind = {LogRow.ExpiredKind}) limit 1) e
        """;

    private const string MessageBlocksSql = "select number, data from message_block where identity = $1 and number >= $2 order by number limit $3";

    private const string SaveSnapshotsSql =
        """
        insert into snapshot as s (identity, seq, data)
        select v.* from unnest($1, $2, $3) as v (identity, seq, data) where not exists (select 1 from erased_identity e where e.key = v.identity)
        on conflict (identity) do update set seq = excluded.seq, data = excluded.data where excluded.seq > s.seq
        """;

    private static readonly string EntriesSql = $"select {LogRow.Columns} from event where identity = $1 and seq > $2 order by seq limit $3";

    private readonly PostgresDatabase database;
    private readonly GroupCommitQueue appends;
    private readonly SnapshotQueue snapshots;
    private readonly KeyBlock keys;

    public PostgresEventLog(PostgresDatabase database, GroupCommitQueue appends, Func<Func<IReadOnlyCollection<PendingSnapshot>, Task>, SnapshotQueue> snapshots)
    {
        this.database = database;
        this.appends = appends;
        this.snapshots = snapshots(SaveAsync);
        keys = new KeyBlock(ReserveKeysAsync);
    }

    public ValueTask<long> NewKeyAsync(CancellationToken cancellationToken) => keys.NextAsync(cancellationToken);

    public Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken) => appends.AppendAsync(append, cancellationToken);

    public Task<StoredComponent?> LoadAsync(IdentityId id, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => PostgresComponents.LoadAsync(connection, id, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<StoredComponent>> LoadAsync(IReadOnlyList<long> keys, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => PostgresComponents.LoadAsync(connection, keys, cancellationToken), cancellationToken);

    public Task<T> ReadManyAsync<T>(Func<IBulkReader, Task<T>> work, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection =>
            {
                await PostgresBulkReader.BeginAsync(connection, cancellationToken);
                return await work(new PostgresBulkReader(connection));
            },
            cancellationToken);

    public Task SaveSnapshotAsync(long key, long seq, ReadOnlyMemory<byte> snapshot, CancellationToken cancellationToken) =>
        snapshots.SaveAsync(key, seq, snapshot, cancellationToken);

    public async IAsyncEnumerable<LogEntry> ReadAsync(long key, long afterSeq, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var after = afterSeq; ;)
        {
            var from = after;
            var chunk = await database.RunAsync(
                connection => connection.QueryAsync(EntriesSql, [In(key), In(from), In((long)ReadChunkRows)], row => PostgresRows.Read(row).ToEntry(), cancellationToken),
                cancellationToken);
            foreach (var entry in chunk) yield return entry;
            if (chunk.Count < ReadChunkRows) yield break;
            after = chunk[^1].Seq;
        }
    }

    public Task<IReadOnlyList<StoredEvent>> ReadTimelineAsync(IReadOnlyList<long> keys, TimelineQuery query, CancellationToken cancellationToken) =>
        database.RunAsync(connection => PostgresTimeline.ReadAsync(connection, [.. keys.Distinct()], query, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<MessageBlock>> ReadMessageBlocksAsync(long key, int from, int count, CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<MessageBlock>>(
            async connection => await connection.QueryAsync(
                MessageBlocksSql,
                [In(key), In(from), In((long)count)],
                row => MessageBlockBytes.Read(key, row.GetInt32(0), row.GetFieldValue<byte[]>(1)),
                cancellationToken),
            cancellationToken);

    public Task<IReadOnlyList<StoredMessage>> ReadMessagesAsync(IReadOnlyList<EventId> events, CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<StoredMessage>>(
            async connection => [.. (await connection.QueryAsync(
                MessagesSql,
                [In(events.Select(id => id.Component).ToArray()), In(events.Select(id => id.Seq).ToArray())],
                PostgresRows.ReadMessage,
                cancellationToken)).OfType<StoredMessage>()],
            cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await appends.DisposeAsync();
        await snapshots.DisposeAsync();
        keys.Dispose();
    }

    private Task<long> ReserveKeysAsync(CancellationToken cancellationToken) =>
        database.RunAsync(
            async connection => (await connection.QueryAsync("select nextval('identity_key')", [], row => row.GetInt64(0), cancellationToken))[0],
            cancellationToken);

    private Task SaveAsync(IReadOnlyCollection<PendingSnapshot> batch)
    {
        // In the order of keys, so that two processes can't deadlock.
        var sorted = batch.OrderBy(pending => pending.Key).ToList();
        return database.RunAsync(
            async connection =>
            {
                // Both in one transaction: nobody is erased between the look and the end.
                await using var batch = new NpgsqlBatch(connection);
                PostgresAdmission.AddLock(batch);
                batch.BatchCommands.Add(BatchCommand(
                    SaveSnapshotsSql,
                    In(sorted.ConvertAll(pending => pending.Key).ToArray()),
                    In(sorted.ConvertAll(pending => pending.Seq).ToArray()),
                    In(sorted.ConvertAll(pending => pending.Snapshot.ToArray()).ToArray())));
                return await batch.ExecuteNonQueryAsync(CancellationToken.None);
            },
            CancellationToken.None);
    }
}
