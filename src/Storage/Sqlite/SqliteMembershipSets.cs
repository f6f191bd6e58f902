using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.Rows;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>Membership sets in a SQLite file. There is one writer, so nobody else writes meanwhile.</summary>
internal static class SqliteMembershipSets
{
    private const int StepRows = 10_000;

    private const string UpsertSql =
        """
        insert into membership_set (id, segment, state, is_whole, saved_in, definition) values (?1, ?2, ?3, ?4, ?5, ?6)
        on conflict (id) do update set saved_in = excluded.saved_in, definition = excluded.definition, is_whole = excluded.is_whole where state < 2
        """;

    // The set that stays need not note changes for one that went.
    private const string FreeSql =
        """
        update membership_set as o set told_by = null, told_to = null
        where state = 1 and told_by is not null and not exists (select 1 from membership_set n where n.state = 0 and n.told_by = o.told_by)
        """;

    // Who has the position 0 has told nothing, and will not unless a set to come names it.
    private const string SweepUntoldSql =
        """
        delete from membership_transition where (writer, "commit", ordinal) in (
            select writer, "commit", ordinal from membership_transition
            where writer in (
                select w.writer from writer_position w
                where w.position = 0 and not exists (select 1 from membership_set s where s.state = 0 and s.told_by = w.writer))
            order by writer, "commit", ordinal limit ?)
        """;

    private const string SweepTouchedSql =
        "delete from membership_touch where not exists (select 1 from membership_set s where s.state = 0 and s.told_by = membership_touch.writer)";

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
        foreach (var id in retired) Retire(open, id.Value);
        open.Prepare(FreeSql).Execute();
    }

    public static void Show(SqliteConnection open, IReadOnlyList<SegmentId> sets, DateTimeOffset at)
    {
        foreach (var id in sets)
        {
            foreach (var pair in SqliteSetSwitch.Pairs(open, id.Value, long.MinValue))
            {
                if (!pair.IsBegun) SqliteSetSwitch.Begin(open, pair, at);
                while (SqliteSetSwitch.Step(open, pair, StepRows, at))
                {
                }

                SqliteSetSwitch.Tell(open, pair, at);
                Retire(open, pair.Shown);
            }

            var show = open.Prepare("update membership_set set state = 1, is_whole = 1, told_by = null, told_to = null where id = ? and state < 2");
            show.Bind(0, id.Value);
            show.Execute();
        }

        SqliteSetSwitch.End(open);
    }

    public static int Sweep(SqliteConnection open, int rowsMax)
    {
        var removed = SweepUntold(open, rowsMax);
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

    private static void Retire(SqliteConnection open, Guid id)
    {
        var retire = open.Prepare("update membership_set set state = 2, told_by = null, told_to = null where id = ?");
        retire.Bind(0, id);
        retire.Execute();
    }

    /// <summary>What a switch would have told that does not come any more.</summary>
    private static int SweepUntold(SqliteConnection open, int rowsMax)
    {
        open.Prepare(SweepTouchedSql).Execute();
        var sweep = open.Prepare(SweepUntoldSql);
        sweep.Bind(0, rowsMax);
        return sweep.Execute();
    }

    private static List<Guid> Retired(SqliteConnection open)
    {
        var read = open.Prepare("select id from membership_set where state = 2");
        var retired = new List<Guid>();
        while (read.Step()) retired.Add(read.Guid(0));
        return retired;
    }
}
