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

    // Those whose keys lie close together, and who have no long logs: in one pass over the rows between the first and the last.
    private const string TailsTogetherSql =
        $"""
        select {ColumnsSql} from event e join unnest($12, $13) as k (identity, seq) on e.identity = k.identity and e.seq > k.seq
        where e.identity between $14 and $15 and {IsWantedSql}
        """;

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

    public Task<IReadOnlyList<StoredComponent>> RootsAsync(long afterKey, int limit, EntryFilter filter, CancellationToken cancellationToken) =>
        LoadAsync(RootsSql, [In(afterKey), In((long)limit)], filter, cancellationToken);

    public Task<IReadOnlyList<StoredComponent>> LoadAsync(IReadOnlyCollection<long> keys, EntryFilter filter, CancellationToken cancellationToken) =>
        LoadAsync(ComponentsSql, [In(keys.ToArray())], filter, cancellationToken);

    public async Task<IReadOnlyDictionary<long, long>> LastSeqsAsync(IReadOnlyCollection<long> keys, CancellationToken cancellationToken) =>
        (await connection.QueryAsync(LastSeqsSql, [In(keys.ToArray())], row => KeyValuePair.Create(row.GetInt64(0), row.GetInt64(1)), cancellationToken)).ToDictionary();

    public async Task ReadEntriesAsync(IReadOnlyCollection<long> keys, EntryFilter filter, Action<LogEntry> take, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(EntriesSql, connection);
        command.Parameters.AddRange((NpgsqlParameter[])[.. Parameters(filter), In(keys.ToArray())]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) take(PostgresRows.Read(reader).ToEntry());
    }

    public async Task ScanEventsAsync(long firstKey, long lastKey, EntryFilter filter, Action<EventEntry> take, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(BatchCommand(ReadAsTheyLieSql));
        batch.BatchCommands.Add(BatchCommand(ScanSql, [.. Parameters(filter), In(firstKey), In(lastKey)]));
        batch.BatchCommands.Add(BatchCommand(ReadByKeySql));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) take((EventEntry)PostgresRows.ReadNamed(reader).ToEntry());
    }

    private async Task<IReadOnlyList<StoredComponent>> LoadAsync(string sql, NpgsqlParameter[] which, EntryFilter filter, CancellationToken cancellationToken)
    {
        var components = await connection.QueryAsync(sql, which, Read, cancellationToken);
        if (components.Count == 0) return components;
        var keys = components.ConvertAll(component => component.Key).ToArray();
        var wanted = (NpgsqlParameter[])[.. Parameters(filter), In(keys), In(components.ConvertAll(component => component.SnapshotSeq).ToArray())];
        var areTogether = AreTogether(components);
        await using var batch = new NpgsqlBatch(connection);
        if (areTogether) batch.BatchCommands.Add(BatchCommand(ReadAsTheyLieSql));
        batch.BatchCommands.Add(areTogether ? BatchCommand(TailsTogetherSql, [.. wanted, In(keys[0]), In(keys[^1])]) : BatchCommand(TailsSql, wanted));
        if (areTogether) batch.BatchCommands.Add(BatchCommand(ReadByKeySql));
        batch.BatchCommands.Add(BatchCommand("select identity, segment, since from membership where identity = any($1)", In(keys)));
        var tails = new Dictionary<long, List<LogEntry>>(keys.Length);
        var memberships = new Dictionary<long, List<StoredMembership>>();
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (areTogether) await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) Add(tails, reader.GetInt64(0), PostgresRows.Read(reader).ToEntry());
        if (areTogether) await reader.NextResultAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            Add(memberships, reader.GetInt64(0), new StoredMembership(new SegmentId(reader.GetGuid(1)), Instants.FromMicros(reader.GetInt64(2))));
        return components.ConvertAll(component => component with
        {
            Tail = tails.TryGetValue(component.Key, out var tail) ? Ordered(tail) : [],
            Memberships = memberships.TryGetValue(component.Key, out var own) ? own : [],
        });
    }

    // Ascending by key. What lies between the first and the last is then little else, and little of it is before a snapshot.
    private static bool AreTogether(List<StoredComponent> components) =>
        components.Count >= TogetherMin && components[^1].Key - components[0].Key < 2L * components.Count && components.TrueForAll(component => component.SnapshotSeq <= LogOfTogetherMax);

    // They come as they lie, which is nearly always in order.
    private static List<LogEntry> Ordered(List<LogEntry> tail)
    {
        for (var i = 1; i < tail.Count; i++)
        {
            if (tail[i].Seq > tail[i - 1].Seq) continue;
            tail.Sort((left, right) => left.Seq.CompareTo(right.Seq));
            break;
        }

        return tail;
    }

    private static void Add<T>(Dictionary<long, List<T>> lists, long key, T item)
    {
        if (!lists.TryGetValue(key, out var list)) lists.Add(key, list = []);
        list.Add(item);
    }

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
