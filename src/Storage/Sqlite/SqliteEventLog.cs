using System.Runtime.CompilerServices;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.GroupCommit;
using CdpPipeline.Storage.Rows;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>The event log in a SQLite file.</summary>
internal sealed class SqliteEventLog : IEventLog, IAsyncDisposable
{
    private const int ReadChunkRows = 1_000;

    private readonly SqliteWriter writer;
    private readonly SqliteReaders readers;
    private readonly GroupCommitQueue appends;
    private readonly SnapshotQueue snapshots;
    private readonly KeyBlock keys;

    public SqliteEventLog(SqliteWriter writer, SqliteReaders readers, GroupCommitQueue appends, Func<Func<IReadOnlyCollection<PendingSnapshot>, Task>, SnapshotQueue> snapshots)
    {
        this.writer = writer;
        this.readers = readers;
        this.appends = appends;
        this.snapshots = snapshots(SaveAsync);
        keys = new KeyBlock(_ => ReserveKeysAsync());
    }

    public ValueTask<long> NewKeyAsync(CancellationToken cancellationToken) => keys.NextAsync(cancellationToken);

    public Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken) => appends.AppendAsync(append, cancellationToken);

    public async Task<StoredComponent?> LoadAsync(IdentityId id, CancellationToken cancellationToken) =>
        await readers.ReadAsync(open => SqliteComponents.Load(open, id), cancellationToken);

    public async Task<IReadOnlyList<StoredComponent>> LoadAsync(IReadOnlyList<long> keys, CancellationToken cancellationToken) =>
        await readers.ReadAsync<IReadOnlyList<StoredComponent>>(open => [.. keys.Distinct().Select(key => SqliteComponents.Load(open, key)).OfType<StoredComponent>()], cancellationToken);

    public Task<T> ReadManyAsync<T>(Func<IBulkReader, Task<T>> work, CancellationToken cancellationToken) =>
        readers.ReadManyAsync(open => work(new SqliteBulkReader(open)), cancellationToken);

    public Task SaveSnapshotAsync(long key, long seq, ReadOnlyMemory<byte> snapshot, CancellationToken cancellationToken) =>
        snapshots.SaveAsync(key, seq, snapshot, cancellationToken);

    public async IAsyncEnumerable<LogEntry> ReadAsync(long key, long afterSeq, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var after = afterSeq; ;)
        {
            var from = after;
            var chunk = await readers.ReadAsync(open => SqliteComponents.Entries(open, key, from, ReadChunkRows), cancellationToken);
            foreach (var entry in chunk) yield return entry;
            if (chunk.Count < ReadChunkRows) yield break;
            after = chunk[^1].Seq;
        }
    }

    public Task<IReadOnlyList<StoredEvent>> ReadTimelineAsync(IReadOnlyList<long> keys, TimelineQuery query, CancellationToken cancellationToken) =>
        readers.ReadLongAsync(open => SqliteTimeline.Read(open, keys, query), cancellationToken);

    public async Task<IReadOnlyList<MessageBlock>> ReadMessageBlocksAsync(long key, int from, int count, CancellationToken cancellationToken) =>
        await readers.ReadAsync<IReadOnlyList<MessageBlock>>(
            open =>
            {
                var found = new List<MessageBlock>();
                var read = open.Prepare("select number, data from message_block where identity = ? and number >= ? order by number limit ?");
                read.Bind(0, key);
                read.Bind(1, from);
                read.Bind(2, count);
                while (read.Step()) found.Add(MessageBlockBytes.Read(key, read.Int(0), read.Bytes(1)));
                return found;
            },
            cancellationToken);

    public async Task<IReadOnlyList<StoredMessage>> ReadMessagesAsync(IReadOnlyList<EventId> events, CancellationToken cancellationToken) =>
        await readers.ReadAsync<IReadOnlyList<StoredMessage>>(
            open =>
            {
                var found = new List<StoredMessage>();
                var read = open.Prepare($"select kind, message_id, properties from event where identity = ? and seq = ? and (message_id is not null or kind = {LogRow.ExpiredKind})");
                foreach (var id in events)
                {
                    read.Bind(0, id.Component);
                    read.Bind(1, id.Seq);
                    while (read.Step())
                    {
                        if (LogRow.MessageOf(id, (short)read.Int(0), read.TextOrNull(1), read.Bytes(2)) is { } message) found.Add(message);
                    }
                }

                return found;
            },
            cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await appends.DisposeAsync();
        await snapshots.DisposeAsync();
        keys.Dispose();
    }

    private Task<long> ReserveKeysAsync() => writer.WriteAsync(open =>
    {
        var take = open.Prepare("update key_block set next = next + ? returning next");
        take.Bind(0, KeyBlock.Size);
        take.Step();
        var end = take.Long(0);
        take.Reset();
        return end - KeyBlock.Size;
    });

    private Task SaveAsync(IReadOnlyCollection<PendingSnapshot> batch) => writer.WriteAsync(open =>
    {
        var save = open.Prepare(
            """
            insert into snapshot (identity, seq, data) select ?1, ?2, ?3 where not exists (select 1 from erased_identity where key = ?1)
            on conflict (identity) do update set seq = excluded.seq, data = excluded.data where excluded.seq > seq
            """);
        foreach (var pending in batch)
        {
            save.Bind(0, pending.Key);
            save.Bind(1, pending.Seq);
            save.BindBlob(2, pending.Snapshot.Span);
            save.Execute();
        }

        return batch.Count;
    });
}
