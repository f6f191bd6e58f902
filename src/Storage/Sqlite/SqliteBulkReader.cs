using System.Text.Json;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Log;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>Reads many people from a SQLite file on one connection within one transaction. Every task it returns is completed.</summary>
internal sealed class SqliteBulkReader(SqliteConnection open) : IBulkReader
{
    // An event by name is of a kind up to 3, an identify call of kind 4, a group call of kind 5, a change of kind 100. What stands where an event was, of kind
    // 101, says nothing but which identifiers came by it.
    private const string IsNamedSql = "(e.kind < 4 and (?1 or e.name in (select value from json_each(?2))) and (?3 is null or e.at >= ?3))";

    // As ConsentReader looks at it first.
    private const string SpeaksSql = """(?12 and instr(e.context, '"consent') > 0)""";

    private const string IsWantedSql =
        $"(e.kind = 100 or (?4 and e.kind < 100) or {IsNamedSql} or (?5 and e.kind = 4) or (?6 and e.kind = 5) or (?7 and (e.claimed <> 0 or e.late)) or {SpeaksSql})";

    private const string ColumnsSql =
        $"""
        e.identity, e.seq, e.kind, e.at, e.received, e.late, e.claimed, e.name, null, null,
        case when ?7 and (e.claimed <> 0 or e.late) then e.identifiers end,
        case when e.kind >= 100 or (?5 and e.kind = 4) or (?6 and e.kind = 5) or (e.kind < 4 and (?8 or e.name in (select value from json_each(?9)))) then e.properties end,
        case when {SpeaksSql} then e.context end
        """;

    private const string TailSql = $"select {ColumnsSql} from event e where e.identity = ?10 and e.seq > ?11 and {IsWantedSql} order by e.seq";

    private const string ScanSql = $"select {ColumnsSql} from event e where e.identity between ?10 and ?11 and {IsNamedSql}";

    public Task<IReadOnlyList<StoredComponent>> RootsAsync(long afterKey, int limit, CancellationToken cancellationToken)
    {
        var read = open.Prepare("select key from identity where key > ? and merged_into is null order by key limit ?");
        read.Bind(0, afterKey);
        read.Bind(1, limit);
        var keys = new List<long>();
        while (read.Step()) keys.Add(read.Long(0));
        return LoadAsync(keys, cancellationToken);
    }

    public Task<IReadOnlyList<StoredComponent>> LoadAsync(IReadOnlyCollection<long> keys, CancellationToken cancellationToken)
    {
        var components = new List<StoredComponent>(keys.Count);
        foreach (var key in keys.Distinct().Order())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (SqliteComponents.LoadWithoutTail(open, key) is { } component) components.Add(component);
        }

        return Task.FromResult<IReadOnlyList<StoredComponent>>(components);
    }

    public Task ReadTailsAsync(IReadOnlyList<StoredComponent> components, EntryFilter filter, Action<LogEntry> take, CancellationToken cancellationToken)
    {
        foreach (var component in components)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Read(TailSql, component.Key, component.SnapshotSeq, filter, take);
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyDictionary<long, long>> LastSeqsAsync(IReadOnlyCollection<long> keys, CancellationToken cancellationToken)
    {
        var read = open.Prepare("select coalesce(max(seq), 0) from event where identity = ?");
        var seqs = new Dictionary<long, long>(keys.Count);
        foreach (var key in keys)
        {
            cancellationToken.ThrowIfCancellationRequested();
            read.Bind(0, key);
            read.Step();
            if (read.Long(0) is > 0 and var last) seqs[key] = last;
            read.Reset();
        }

        return Task.FromResult<IReadOnlyDictionary<long, long>>(seqs);
    }

    public Task ReadEntriesAsync(IReadOnlyCollection<long> keys, EntryFilter filter, Action<LogEntry> take, CancellationToken cancellationToken)
    {
        foreach (var key in keys)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Read(TailSql, key, 0, filter, take);
        }

        return Task.CompletedTask;
    }

    public Task ScanEventsAsync(long firstKey, long lastKey, EntryFilter filter, Action<EventEntry> take, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Read(ScanSql, firstKey, lastKey, filter, entry => take((EventEntry)entry));
        return Task.CompletedTask;
    }

    private void Read(string sql, long tenth, long eleventh, EntryFilter filter, Action<LogEntry> take)
    {
        var read = open.Prepare(sql);
        read.Bind(0, filter.Names is null ? 1L : 0L);
        read.Bind(1, Json(filter.Names));
        read.Bind(2, filter.From?.ToMicros());
        read.Bind(3, filter.IsEveryEvent ? 1L : 0L);
        read.Bind(4, filter.HasTraits ? 1L : 0L);
        read.Bind(5, filter.HasGroups ? 1L : 0L);
        read.Bind(6, filter.HasIdentifiers ? 1L : 0L);
        read.Bind(7, filter.NamesWithProperties is null ? 1L : 0L);
        read.Bind(8, Json(filter.NamesWithProperties));
        read.Bind(9, tenth);
        read.Bind(10, eleventh);
        read.Bind(11, filter.HasConsents ? 1L : 0L);
        while (read.Step()) take(SqliteRows.Read(read).ToEntry());
    }

    private static string Json(IReadOnlyList<string>? names) => JsonSerializer.Serialize([.. names ?? []], BulkJson.Default.StringArray);
}
