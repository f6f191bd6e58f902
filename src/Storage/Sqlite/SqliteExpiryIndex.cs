using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Retention;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.Rows;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>Finds logs with events that are too old in a SQLite file.</summary>
internal sealed class SqliteExpiryIndex(SqliteReaders readers, SqliteWriter writer) : IExpiryIndex
{
    private const string ComponentsSql =
        """
        select i.key, i.id, coalesce(m.seq, 0), m.last_seq from identity i left join retention_mark m on m.identity = i.key and m.settings = ?3
            and (m.last_seq is null or m.last_seq = (select max(seq) from event where identity = i.key))
        where i.key > ?1 order by i.key limit ?2
        """;

    private const string MarkSql =
        """
        insert into retention_mark (identity, seq, settings, last_seq) select ?1, ?2, ?3, ?4 where exists (select 1 from identity where key = ?1)
        on conflict (identity) do update set seq = excluded.seq, settings = excluded.settings, last_seq = excluded.last_seq
        """;

    public async Task<ExpiryPage> LookAsync(long afterKey, int limit, IReadOnlyList<SourceCutoff> sources, CancellationToken cancellationToken)
    {
        var seen = await readers.ReadLongAsync(open => Look(open, afterKey, limit, sources, cancellationToken), cancellationToken);
        var marks = seen.FindAll(each => each.Sight.HasNewMark);
        if (marks.Count > 0) await writer.WriteAsync(open => Write(open, marks.Select(each => (each.Sight.Key, each.Sight.Mark, each.Sight.LastSeq)), sources));
        return new ExpiryPage([.. seen.Where(each => each.Sight.IsDue).Select(each => new IndexedIdentity(each.Sight.Key, each.Id))], seen.Count == 0 ? null : seen[^1].Sight.Key);
    }

    public Task KeepAsync(IReadOnlyList<KeptLog> kept, IReadOnlyList<SourceCutoff> sources, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return writer.WriteAsync(open => Write(open, kept.Select(log => (log.Component, log.Seq, (long?)log.LastSeq)), sources));
    }

    private static List<(IdentityId Id, ExpirySight Sight)> Look(
        SqliteConnection open, long afterKey, int limit, IReadOnlyList<SourceCutoff> sources, CancellationToken cancellationToken)
    {
        var seen = new List<(IdentityId Id, ExpirySight Sight)>();
        var components = open.Prepare(ComponentsSql);
        components.Bind(0, afterKey);
        components.Bind(1, limit);
        components.Bind(2, ExpirySight.NumberOf(sources));
        while (components.Step()) seen.Add((new IdentityId(components.Guid(1)), new ExpirySight(sources, components.Long(0), components.Long(2), components.IsNull(3) ? null : components.Long(3))));

        var numbers = sources.Index().ToDictionary(each => each.Item.Source, each => each.Index, StringComparer.Ordinal);
        var read = open.Prepare("select seq, kind, source, received from event where identity = ? and seq > ? order by seq");
        foreach (var (_, sight) in seen)
        {
            cancellationToken.ThrowIfCancellationRequested();
            read.Bind(0, sight.Key);
            read.Bind(1, sight.Seq);
            while (!sight.IsOver && read.Step())
                sight.Take(read.Long(0), (short)read.Int(1), read.TextOrNull(2) is { } name && numbers.TryGetValue(name, out var number) ? number : null, read.Long(3));
            read.Reset();
        }

        return seen;
    }

    private static bool Write(SqliteConnection open, IEnumerable<(long Key, long Seq, long? LastSeq)> marks, IReadOnlyList<SourceCutoff> sources)
    {
        var settings = ExpirySight.NumberOf(sources);
        var write = open.Prepare(MarkSql);
        foreach (var (key, seq, lastSeq) in marks)
        {
            write.Bind(0, key);
            write.Bind(1, seq);
            write.Bind(2, settings);
            write.Bind(3, lastSeq);
            write.Execute();
        }

        return true;
    }
}
