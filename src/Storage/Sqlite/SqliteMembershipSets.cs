using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.Rows;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>Membership sets in a SQLite file. There is one writer, so nobody else writes meanwhile.</summary>
internal static class SqliteMembershipSets
{
    private const string UpsertSql =
        """
        insert into membership_set (id, segment, state, is_whole, saved_in, definition) values (?1, ?2, ?3, ?4, ?5, ?6)
        on conflict (id) do update set saved_in = excluded.saved_in, definition = excluded.definition, is_whole = excluded.is_whole where state < 2
        """;

    private const string DifferenceSql =
        """
        insert into membership_transition (writer, "commit", ordinal, segment, identity, entered, at, since, cause)
        select ?1, 1, ?2 + row_number() over (), ?3, d.identity, d.entered, max(?4, d.since), d.since, ?5 from (
            select n.identity, 1 as entered, n.since from membership n
            where n.segment = ?6 and not exists (select 1 from membership o where o.segment = ?7 and o.identity = n.identity)
            union all
            select o.identity, 0, o.since from membership o
            where o.segment = ?7 and not exists (select 1 from membership n where n.segment = ?6 and n.identity = o.identity)) d
        """;

    private const string KeepSql =
        """
        update membership as n set since = o.since from membership o
        where n.segment = ?1 and o.segment = ?2 and o.identity = n.identity and n.since <> o.since
        """;

    public static List<MembershipSet> List(SqliteConnection open)
    {
        var read = open.Prepare("select id, segment, state, is_whole, saved_in, definition from membership_set where state < 2");
        var sets = new List<MembershipSet>();
        while (read.Step())
        {
            sets.Add(new MembershipSet(new SegmentId(read.Guid(0)), new SegmentId(read.Guid(1)), read.Text(5), read.Long(4))
            {
                IsShown = read.Int(2) == SetState.Shown,
                IsWhole = read.Int(3) != 0,
            });
        }

        return sets;
    }

    public static void Save(SqliteConnection open, IReadOnlyList<MembershipSet> sets, IReadOnlyList<SegmentId> retired)
    {
        foreach (var set in sets) Save(open, set);
        foreach (var id in retired) Mark(open, id.Value, SetState.Retired);
    }

    public static void Show(SqliteConnection open, IReadOnlyList<SegmentId> sets, DateTimeOffset at)
    {
        long? own = null;
        var told = 0L;
        foreach (var id in sets)
        {
            if (Replaced(open, id) is var (segment, old))
            {
                // It comes as a writer of its own, with one commit.
                told += Tell(open, own ??= NewWriter(open, at), told, segment, id.Value, old, at);
                Mark(open, old, SetState.Retired);
            }

            var show = open.Prepare("update membership_set set state = 1, is_whole = 1 where id = ? and state < 2");
            show.Bind(0, id.Value);
            show.Execute();
        }
    }

    public static int Sweep(SqliteConnection open, int rowsMax)
    {
        var removed = 0;
        foreach (var id in Retired(open))
        {
            if (removed >= rowsMax) break;
            var sweep = open.Prepare(
                "delete from membership where segment = ?1 and identity in (select identity from membership where segment = ?1 order by identity limit ?2)");
            sweep.Bind(0, id);
            sweep.Bind(1, rowsMax - removed);
            removed += sweep.Execute();
            if (removed >= rowsMax) break;
            var forget = open.Prepare("delete from membership_set where id = ?");
            forget.Bind(0, id);
            forget.Execute();
        }

        return removed;
    }

    private static void Save(SqliteConnection open, MembershipSet set)
    {
        var save = open.Prepare(UpsertSql);
        save.Bind(0, set.Id.Value);
        save.Bind(1, set.Segment.Value);
        save.Bind(2, set.IsShown ? (long)SetState.Shown : SetState.Hidden);
        save.Bind(3, set.IsWhole ? 1L : 0L);
        save.Bind(4, set.SavedIn);
        save.Bind(5, set.Definition);
        save.Execute();
    }

    private static void Mark(SqliteConnection open, Guid id, long state)
    {
        var update = open.Prepare("update membership_set set state = ? where id = ?");
        update.Bind(0, state);
        update.Bind(1, id);
        update.Execute();
    }

    /// <summary>The set in whose place this one comes; null when it is shown already, or not kept.</summary>
    private static (Guid Segment, Guid Old)? Replaced(SqliteConnection open, SegmentId id)
    {
        var read = open.Prepare("select o.segment, o.id from membership_set n join membership_set o on o.segment = n.segment and o.state = 1 where n.id = ? and n.state = 0");
        read.Bind(0, id.Value);
        if (!read.Step()) return null;
        var replaced = (read.Guid(0), read.Guid(1));
        read.Reset();
        return replaced;
    }

    private static List<Guid> Retired(SqliteConnection open)
    {
        var read = open.Prepare("select id from membership_set where state = 2");
        var retired = new List<Guid>();
        while (read.Step()) retired.Add(read.Guid(0));
        return retired;
    }

    private static long NewWriter(SqliteConnection open, DateTimeOffset at)
    {
        var insert = open.Prepare("insert into writer_position (position, at) values (1, ?) returning writer");
        insert.Bind(0, at.ToMicros());
        insert.Step();
        var number = insert.Long(0);
        insert.Reset();
        return number;
    }

    private static int Tell(SqliteConnection open, long writer, long told, Guid segment, Guid shown, Guid old, DateTimeOffset at)
    {
        var tell = open.Prepare(DifferenceSql);
        tell.Bind(0, writer);
        tell.Bind(1, told);
        tell.Bind(2, segment);
        tell.Bind(3, at.ToMicros());
        tell.Bind(4, (long)MembershipCause.Definition);
        tell.Bind(5, shown);
        tell.Bind(6, old);
        var rows = tell.Execute();
        var keep = open.Prepare(KeepSql);
        keep.Bind(0, shown);
        keep.Bind(1, old);
        keep.Execute();
        return rows;
    }
}
