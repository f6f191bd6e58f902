using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using Npgsql;
using static CdpPipeline.Storage.Postgres.PostgresCommands;

namespace CdpPipeline.Storage.Postgres;

/// <summary>Reads many people from PostgreSQL on one connection within one transaction.</summary>
internal sealed class PostgresBulkReader(NpgsqlConnection connection) : IBulkReader
{
    private const int TogetherMin = 100;
    private const long LogOfTogetherMax = 1_024;

    private const string ComponentSql = "select i.key, i.id, i.created_at, i.merged_into, s.seq, s.data, d.at";

    // That what is joined lies above the key too the planner does not see by itself, and would begin at the first row for every page.
    private const string RootsSql =
        $"""
        {ComponentSql} from (select * from identity where key > $1 and merged_into is null order by key limit $2) i
        left join snapshot s on s.identity = i.key and s.identity > $1 left join due d on d.identity = i.key and d.identity > $1
        order by i.key
        """;

    private const string ComponentsSql =
        $"{ComponentSql} from identity i left join snapshot s on s.identity = i.key left join due d on d.identity = i.key where i.key = any($1) order by i.key";

    // An event by name is of a kind up to 3, an identify call of kind 4, a group call of kind 5, a change of kind 100. What stands where an event was, of kind
    // 101, says nothing but which identifiers came by it.
    private const string IsNamedSql = "(e.kind < 4 and (($1 and e.at >= $3) or (e.name = any($2) and e.at >= $10[array_position($2, e.name)])))";

    // As ConsentReader looks at it first.
    private const string SpeaksSql = """($11 and strpos(e.context, '"consent') > 0)""";

    private const string IsWantedSql =
        $"(e.kind = 100 or ($4 and e.kind < 100) or {IsNamedSql} or ($5 and e.kind = 4) or ($6 and e.kind = 5) or ($7 and (e.claimed <> 0 or e.late)) or {SpeaksSql})";

    private const string ColumnsSql =
        $"""
        e.identity, e.seq, e.kind, e.at, e.received, e.late, e.claimed, e.name, null, null,
        case when $7 and (e.claimed <> 0 or e.late) then e.identifiers end,
        case when e.kind >= 100 or ($5 and e.kind = 4) or ($6 and e.kind = 5) or (e.kind < 4 and ($8 or e.name = any($9))) then e.properties end,
        case when {SpeaksSql} then e.context end
        """;

    private const string TailsSql =
        $"""
        select {ColumnsSql} from unnest($12, $13) as k (identity, seq)
        cross join lateral (select * from event e where e.identity = k.identity and e.seq > k.seq and {IsWantedSql} order by e.seq) e
        """;

    // Those whose keys lie close together, and who have no long logs: in one pass over the rows between the first and the last. The keys are asked for in
    // a way that no index knows.
    private const string TailsTogetherSql = $"select {ColumnsSql} from event e where e.identity between $12 and $13 and e.identity + 0 = any($14) and {IsWantedSql}";

    private const string EntriesSql =
        $"""
        select {ColumnsSql} from unnest($12) as k (identity)
        cross join lateral (select * from event e where e.identity = k.identity and {IsWantedSql} order by e.seq) e
        """;

    private const string ScanSql =
        $"""
        select e.identity, e.seq, e.kind, e.at, e.received, e.name, case when $8 or e.name = any($9) then e.properties end
        from event e where e.identity between $12 and $13 and e.at >= $3 and {IsNamedSql}
        """;

    // The rows of many people are cheaper in the order in which they lie than in the order of their keys.
    private const string ReadAsTheyLieSql =
        "select set_config('enable_bitmapscan', 'on', true), set_config('enable_indexscan', 'off', true), set_config('enable_nestloop', 'off', true)";

    private const string ReadByKeySql =
        "select set_config('enable_bitmapscan', 'off', true), set_config('enable_indexscan', 'on', true), set_config('enable_nestloop', 'on', true)";

    // A plan for any page would think little of the order in which events came. Who reads much asks on several connections at once.
    private const string BeginSql =
        """
        select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('max_parallel_workers_per_gather', '0', true)
        """;

    /// <summary>Has the transaction's statements planned for what they ask each time, and always by key.</summary>
    public static Task BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => connection.ExecuteAsync(BeginSql, [], cancellationToken);

    private const string LastSeqsSql =
        "select k.identity, e.seq from unnest($1) as k (identity) cross join lateral (select seq from event e where e.identity = k.identity order by seq desc limit 1) e";

    public Task<IReadOnlyList<StoredComponent>> RootsAsync(long afterKey, int limit, CancellationToken cancellationToken) =>
        LoadAsync(RootsSql, [In(afterKey), In((long)limit)], cancellationToken);

    public Task<IReadOnlyList<StoredComponent>> LoadAsync(IReadOnlyCollection<long> keys, CancellationToken cancellationToken) =>
        LoadAsync(ComponentsSql, [In(keys.ToArray())], cancellationToken);

    public async Task ReadTailsAsync(IReadOnlyList<StoredComponent> components, EntryFilter filter, Action<LogEntry> take, CancellationToken cancellationToken)
    {
        if (components.Count == 0) return;
        if (AreTogether(components))
        {
            var seqs = components.ToDictionary(component => component.Key, component => component.SnapshotSeq);
            await ReadAsTheyLieAsync(
                BatchCommand(TailsTogetherSql, [.. Parameters(filter), In(components[0].Key), In(components[^1].Key), In(seqs.Keys.ToArray())]),
                row =>
                {
                    if (row.GetInt64(1) > seqs[row.GetInt64(0)]) take(PostgresRows.Read(row).ToEntry());
                },
                cancellationToken);
            return;
        }

        await using var command = new NpgsqlCommand(TailsSql, connection);
        command.Parameters.AddRange(
            (NpgsqlParameter[])[.. Parameters(filter), In(components.Select(component => component.Key).ToArray()), In(components.Select(component => component.SnapshotSeq).ToArray())]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) take(PostgresRows.Read(reader).ToEntry());
    }

    public async Task<IReadOnlyDictionary<long, long>> LastSeqsAsync(IReadOnlyCollection<long> keys, CancellationToken cancellationToken) =>
        (await connection.QueryAsync(LastSeqsSql, [In(keys.ToArray())], row => KeyValuePair.Create(row.GetInt64(0), row.GetInt64(1)), cancellationToken)).ToDictionary();

    public async Task ReadEntriesAsync(IReadOnlyCollection<long> keys, EntryFilter filter, Action<LogEntry> take, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(EntriesSql, connection);
        command.Parameters.AddRange((NpgsqlParameter[])[.. Parameters(filter), In(keys.ToArray())]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) take(PostgresRows.Read(reader).ToEntry());
    }

    public Task ScanEventsAsync(long firstKey, long lastKey, EntryFilter filter, Action<EventEntry> take, CancellationToken cancellationToken) => ReadAsTheyLieAsync(
        BatchCommand(ScanSql, [.. Parameters(filter), In(firstKey), In(lastKey)]),
        row => take((EventEntry)PostgresRows.ReadNamed(row).ToEntry()),
        cancellationToken);

    private async Task ReadAsTheyLieAsync(NpgsqlBatchCommand command, Action<NpgsqlDataReader> take, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(BatchCommand(ReadAsTheyLieSql));
        batch.BatchCommands.Add(command);
        batch.BatchCommands.Add(BatchCommand(ReadByKeySql));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) take(reader);
    }

    private async Task<IReadOnlyList<StoredComponent>> LoadAsync(string sql, NpgsqlParameter[] which, CancellationToken cancellationToken)
    {
        var components = await connection.QueryAsync(sql, which, Read, cancellationToken);
        if (components.Count == 0) return components;
        var memberships = new Dictionary<long, List<StoredMembership>>();
        await using var command = new NpgsqlCommand("select identity, segment, since from membership where identity = any($1)", connection);
        command.Parameters.Add(In(components.ConvertAll(component => component.Key).ToArray()));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var key = reader.GetInt64(0);
            if (!memberships.TryGetValue(key, out var own)) memberships.Add(key, own = []);
            own.Add(new StoredMembership(new SegmentId(reader.GetGuid(1)), Instants.FromMicros(reader.GetInt64(2))));
        }

        return components.ConvertAll(component => memberships.TryGetValue(component.Key, out var own) ? component with { Memberships = own } : component);
    }

    // Ascending by key. What lies between the first and the last is then little else, and little of it is before a snapshot.
    private static bool AreTogether(IReadOnlyList<StoredComponent> components) =>
        components.Count >= TogetherMin && components[^1].Key - components[0].Key < 2L * components.Count && components.All(component => component.SnapshotSeq <= LogOfTogetherMax);

    // $1 to $11 of every statement about entries.
    private static NpgsqlParameter[] Parameters(EntryFilter filter) =>
    [
        In(filter.Names is null),
        In((filter.Names ?? []).ToArray()),
        In(Micros(filter.From)),
        In(filter.IsEveryEvent),
        In(filter.HasTraits),
        In(filter.HasGroups),
        In(filter.HasIdentifiers),
        In(filter.NamesWithProperties is null),
        In((filter.NamesWithProperties ?? []).ToArray()),
        In((filter.Names ?? []).Select(name => Micros(filter.FromByName.TryGetValue(name, out var from) ? from : filter.From)).ToArray()),
        In(filter.HasConsents),
    ];

    private static long Micros(DateTimeOffset? from) => from?.ToMicros() ?? long.MinValue;

    private static StoredComponent Read(NpgsqlDataReader row)
    {
        var hasSnapshot = !row.IsDBNull(4) && row.GetInt64(4) > 0;
        return new StoredComponent(
            row.GetInt64(0), new IdentityId(row.GetGuid(1)), Instants.FromMicros(row.GetInt64(2)), row.IsDBNull(3) ? null : new IdentityId(row.GetGuid(3)))
        {
            SnapshotSeq = hasSnapshot ? row.GetInt64(4) : 0,
            Snapshot = hasSnapshot ? row.GetFieldValue<byte[]>(5) : default(ReadOnlyMemory<byte>),
            Due = row.IsDBNull(6) ? null : Instants.FromMicros(row.GetInt64(6)),
            Tail = [],
        };
    }
}
