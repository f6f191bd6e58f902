using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using Npgsql;
using static CdpPipeline.Storage.Postgres.PostgresCommands;

namespace CdpPipeline.Storage.Postgres;

/// <summary>Reads components: identity, snapshot and the log's tail.</summary>
internal static class PostgresComponents
{
    private const string SnapshotSql = "left join lateral (select seq, data from snapshot where identity = i.key limit 1) s on true";

    private const string ComponentSql =
        $"""
        select i.key, i.id, i.created_at, i.merged_into, s.seq, s.data, d.at from identity i {SnapshotSql}
        left join lateral (select at from due where identity = i.key limit 1) d on true
        """;

    private const string MembershipsSql = "select segment, since from membership where identity = (select key from identity where id = $1)";

    private static readonly string TailSql =
        $"""
        select {PostgresRows.ColumnsOfE} from identity i {SnapshotSql}
        join lateral (select * from event where identity = i.key and seq > coalesce(s.seq, 0) order by seq) e on true
        """;

    public static async Task<StoredComponent?> LoadAsync(NpgsqlConnection connection, IdentityId id, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(BatchCommand($"{ComponentSql} where i.id = $1", In(id.Value)));
        batch.BatchCommands.Add(BatchCommand($"{TailSql} where i.id = $1", In(id.Value)));
        batch.BatchCommands.Add(BatchCommand(MembershipsSql, In(id.Value)));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var components = await reader.ReadAllAsync(row => Read(row, isWhole: true), cancellationToken);
        if (components.Count == 0) return null;
        await reader.NextResultAsync(cancellationToken);
        var tail = await reader.ReadAllAsync(row => PostgresRows.Read(row).ToEntry(), cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var memberships = await reader.ReadAllAsync(
            row => new StoredMembership(new SegmentId(row.GetGuid(0)), Instants.FromMicros(row.GetInt64(1))), cancellationToken);
        return components[0] with { Tail = tail, Memberships = memberships };
    }

    /// <summary>Without memberships and due.</summary>
    public static async Task<IReadOnlyList<StoredComponent>> LoadAsync(NpgsqlConnection connection, IReadOnlyList<long> keys, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(BatchCommand($"{ComponentSql} where i.key = any($1)", In(keys.ToArray())));
        batch.BatchCommands.Add(BatchCommand($"{TailSql} where i.key = any($1)", In(keys.ToArray())));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var components = await reader.ReadAllAsync(row => Read(row, isWhole: false), cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var tails = (await reader.ReadAllAsync(row => PostgresRows.Read(row).ToEntry(), cancellationToken)).ToLookup(entry => entry.Component);
        return [.. components.Select(component => component with { Tail = [.. tails[component.Key].OrderBy(entry => entry.Seq)] })];
    }

    private static StoredComponent Read(NpgsqlDataReader row, bool isWhole)
    {
        var hasSnapshot = !row.IsDBNull(4) && row.GetInt64(4) > 0;
        return new StoredComponent(
            row.GetInt64(0), new IdentityId(row.GetGuid(1)), Instants.FromMicros(row.GetInt64(2)), row.IsDBNull(3) ? null : new IdentityId(row.GetGuid(3)))
        {
            SnapshotSeq = hasSnapshot ? row.GetInt64(4) : 0,
            Snapshot = hasSnapshot ? row.GetFieldValue<byte[]>(5) : default(ReadOnlyMemory<byte>),
            Due = isWhole && !row.IsDBNull(6) ? Instants.FromMicros(row.GetInt64(6)) : null,
            Tail = Array.Empty<LogEntry>(),
        };
    }
}
