using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.Rows;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>Reads components: identity, snapshot and the log's tail.</summary>
internal static class SqliteComponents
{
    private const string ComponentSql =
        "select i.key, i.id, i.created_at, i.merged_into, s.seq, s.data, d.at from identity i left join snapshot s on s.identity = i.key left join due d on d.identity = i.key where ";

    public static StoredComponent? Load(SqliteConnection open, IdentityId id)
    {
        var read = open.Prepare(ComponentSql + "i.id = ?");
        read.Bind(0, id.Value);
        return Load(open, read, isWhole: true, hasTail: true);
    }

    /// <summary>With memberships and due, and an empty tail.</summary>
    public static StoredComponent? LoadWithoutTail(SqliteConnection open, long key)
    {
        var read = open.Prepare(ComponentSql + "i.key = ?");
        read.Bind(0, key);
        return Load(open, read, isWhole: true, hasTail: false);
    }

    /// <summary>Without memberships and due.</summary>
    public static StoredComponent? Load(SqliteConnection open, long key)
    {
        var read = open.Prepare(ComponentSql + "i.key = ?");
        read.Bind(0, key);
        return Load(open, read, isWhole: false, hasTail: true);
    }

    public static List<LogEntry> Entries(SqliteConnection open, long key, long afterSeq, int limit)
    {
        var read = open.Prepare($"select {LogRow.Columns} from event where identity = ? and seq > ? order by seq limit ?");
        read.Bind(0, key);
        read.Bind(1, afterSeq);
        read.Bind(2, limit);
        var entries = new List<LogEntry>();
        while (read.Step()) entries.Add(SqliteRows.Read(read).ToEntry());
        return entries;
    }

    private static StoredComponent? Load(SqliteConnection open, SqliteStatement read, bool isWhole, bool hasTail)
    {
        if (!read.Step()) return null;
        var key = read.Long(0);
        var snapshotSeq = read.IsNull(4) ? 0 : read.Long(4);
        var component = new StoredComponent(key, new IdentityId(read.Guid(1)), Instants.FromMicros(read.Long(2)), read.GuidOrNull(3) is { } survivor ? new IdentityId(survivor) : null)
        {
            SnapshotSeq = snapshotSeq,
            Snapshot = snapshotSeq == 0 ? default : read.Bytes(5),
            Due = isWhole && !read.IsNull(6) ? Instants.FromMicros(read.Long(6)) : null,
            Tail = hasTail ? Entries(open, key, snapshotSeq, -1) : [],
            Memberships = isWhole ? Memberships(open, key) : [],
        };
        read.Reset();
        return component;
    }

    private static List<StoredMembership> Memberships(SqliteConnection open, long key)
    {
        var read = open.Prepare("select segment, since from membership where identity = ?");
        read.Bind(0, key);
        var memberships = new List<StoredMembership>();
        while (read.Step()) memberships.Add(new StoredMembership(new SegmentId(read.Guid(0)), Instants.FromMicros(read.Long(1))));
        return memberships;
    }
}
