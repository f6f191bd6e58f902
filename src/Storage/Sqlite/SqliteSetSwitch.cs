using CdpPipeline.Domain.Events;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Storage.Rows;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>
/// What a switch of sets tells, written in a SQLite file before it happens: in steps between the groups, as transitions of a writer of its own of whom
/// nobody reads anything, since its position is 0. As long as any is prepared the table's triggers note every change of its two sets, and whoever was changed
/// is compared again. In the transaction of the switch itself only the last of those are left.
/// </summary>
internal static class SqliteSetSwitch
{
    private const string PairsSql =
        """
        select n.segment, n.id, o.id, n.told_by is not null and n.told_by is o.told_by from membership_set n join membership_set o on o.segment = n.segment and o.state = 1
        where n.state = 0 and (n.id = ?1 or n.saved_in <= ?2) order by n.id
        """;

    private const string BoundSql =
        """
        select min(
            coalesce((select identity from membership where segment = ?1 and identity > ?3 order by identity limit 1 offset ?4), 9223372036854775807),
            coalesce((select identity from membership where segment = ?2 and identity > ?3 order by identity limit 1 offset ?4), 9223372036854775807))
        """;

    private const string DifferenceSql =
        """
        insert into membership_transition (writer, "commit", ordinal, segment, identity, entered, at, since, cause)
        select ?1, 1, d.identity, ?2, d.identity, d.entered, max(?3, d.since), d.since, ?4 from (
            select n.identity, 1 as entered, n.since from membership n
            where n.segment = ?5 and n.identity > ?7 and n.identity <= ?8 and not exists (select 1 from membership o where o.segment = ?6 and o.identity = n.identity)
            union all
            select o.identity, 0, o.since from membership o
            where o.segment = ?6 and o.identity > ?7 and o.identity <= ?8 and not exists (select 1 from membership n where n.segment = ?5 and n.identity = o.identity)) d
        """;

    private const string KeepSql =
        """
        update membership as n set since = o.since from membership o
        where n.segment = ?1 and o.segment = ?2 and o.identity = n.identity and n.since <> o.since and n.identity > ?3 and n.identity <= ?4
        """;

    private const string NoteSql =
        "begin insert into membership_touch (writer, identity) select told_by, {0}.identity from membership_set where id = {0}.segment and told_by is not null and state < 2; end";

    private static readonly string NotingSql =
        $"""
        create trigger if not exists membership_came after insert on membership {Note("new")};
        create trigger if not exists membership_moved after update on membership {Note("new")};
        create trigger if not exists membership_gone after delete on membership {Note("old")};
        """;

    /// <summary>The sets that take another's place: this one, and those saved by the version.</summary>
    public static List<SetPair> Pairs(SqliteConnection open, Guid set, long version)
    {
        var read = open.Prepare(PairsSql);
        read.Bind(0, set);
        read.Bind(1, version);
        var pairs = new List<SetPair>();
        while (read.Step()) pairs.Add(new SetPair(read.Guid(0), read.Guid(1), read.Guid(2), IsBegun: read.Int(3) != 0));
        return pairs;
    }

    /// <summary>Begins: from here on changes of the two are noted.</summary>
    public static void Begin(SqliteConnection open, SetPair pair, DateTimeOffset at)
    {
        open.Execute(NotingSql);
        var insert = open.Prepare("insert into writer_position (position, at) values (0, ?) returning writer");
        insert.Bind(0, at.ToMicros());
        insert.Step();
        var writer = insert.Long(0);
        insert.Reset();
        var mark = open.Prepare("update membership_set set told_by = ?1, told_to = 0 where id in (?2, ?3)");
        mark.Bind(0, writer);
        mark.Bind(1, pair.Coming);
        mark.Bind(2, pair.Shown);
        mark.Execute();
    }

    /// <summary>Notes nothing any more, unless there is another that is prepared.</summary>
    public static void End(SqliteConnection open)
    {
        var read = open.Prepare("select exists (select 1 from membership_set where told_by is not null)");
        read.Step();
        var isNoting = read.Int(0) != 0;
        read.Reset();
        if (!isNoting) open.Execute("drop trigger if exists membership_came; drop trigger if exists membership_moved; drop trigger if exists membership_gone");
    }

    /// <summary>One step, over so many rows of each set; false once nobody is left but who changes from now on.</summary>
    public static bool Step(SqliteConnection open, SetPair pair, int rowsMax, DateTimeOffset at)
    {
        var read = open.Prepare("select told_by, told_to from membership_set where id = ? and state = 0 and told_by is not null");
        read.Bind(0, pair.Coming);
        if (!read.Step()) return false;
        var (writer, reached) = (read.Long(0), read.Long(1));
        read.Reset();
        if (reached == long.MaxValue) return CompareAgain(open, pair, writer, rowsMax, at);
        var bound = Bound(open, pair, reached, rowsMax);
        Tell(open, pair, writer, at, reached, bound);
        var note = open.Prepare("update membership_set set told_to = ?2 where id = ?1");
        note.Bind(0, pair.Coming);
        note.Bind(1, bound);
        note.Execute();
        return true;
    }

    /// <summary>Has all that was written for this set to come be told; the caller shows it in the same transaction.</summary>
    public static void Tell(SqliteConnection open, SetPair pair, DateTimeOffset at)
    {
        var tell = open.Prepare("update writer_position set position = 1, at = ?2 where writer = (select told_by from membership_set where id = ?1 and state = 0)");
        tell.Bind(0, pair.Coming);
        tell.Bind(1, at.ToMicros());
        tell.Execute();
    }

    private static string Note(string row) => NoteSql.Replace("{0}", row, StringComparison.Ordinal);

    private static bool CompareAgain(SqliteConnection open, SetPair pair, long writer, int rowsMax, DateTimeOffset at)
    {
        var read = open.Prepare("delete from membership_touch where number in (select number from membership_touch where writer = ?1 order by number limit ?2) returning identity");
        read.Bind(0, writer);
        read.Bind(1, rowsMax);
        var (changed, identities) = (0, new HashSet<long>());
        for (; read.Step(); changed++) identities.Add(read.Long(0));
        foreach (var identity in identities.Order())
        {
            var forget = open.Prepare("""delete from membership_transition where writer = ?1 and "commit" = 1 and ordinal = ?2""");
            forget.Bind(0, writer);
            forget.Bind(1, identity);
            forget.Execute();
            Tell(open, pair, writer, at, identity - 1, identity);
        }

        return changed == rowsMax;
    }

    private static long Bound(SqliteConnection open, SetPair pair, long reached, int rowsMax)
    {
        var read = open.Prepare(BoundSql);
        read.Bind(0, pair.Coming);
        read.Bind(1, pair.Shown);
        read.Bind(2, reached);
        read.Bind(3, rowsMax);
        read.Step();
        var bound = read.Long(0);
        read.Reset();
        return bound;
    }

    /// <summary>Writes the difference after one key up to another, a person under her key, and leaves who is in both her instant.</summary>
    private static void Tell(SqliteConnection open, SetPair pair, long writer, DateTimeOffset at, long after, long to)
    {
        var tell = open.Prepare(DifferenceSql);
        tell.Bind(0, writer);
        tell.Bind(1, pair.Segment);
        tell.Bind(2, at.ToMicros());
        tell.Bind(3, (long)MembershipCause.Definition);
        tell.Bind(4, pair.Coming);
        tell.Bind(5, pair.Shown);
        tell.Bind(6, after);
        tell.Bind(7, to);
        tell.Execute();
        var keep = open.Prepare(KeepSql);
        keep.Bind(0, pair.Coming);
        keep.Bind(1, pair.Shown);
        keep.Bind(2, after);
        keep.Bind(3, to);
        keep.Execute();
    }
}
