using CdpPipeline.Domain.Events;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.GroupCommit;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>Writes changes of membership rows, and tells of those that really came or went in a set that is shown.</summary>
internal static class SqliteMemberships
{
    private const string InsertSql =
        "insert into membership (segment, identity, since) select ?1, ?2, ?3 from membership_set where id = ?1 and state < 2 on conflict do nothing";

    private const string TellSql =
        """
        insert into membership_transition (writer, "commit", ordinal, segment, identity, entered, at, since, cause)
        select ?1, ?2, ?3, segment, ?4, ?5, ?6, ?7, ?8 from membership_set where id = ?9 and state = 1
        """;

    public static void Write(SqliteConnection open, MembershipChange change, MembershipLedger ledger, ref long ordinal)
    {
        if (change.Since is not { } since) Remove(open, change, ledger, ref ordinal);
        else if (!change.Replaces || !Move(open, change, since)) Add(open, change, since, ledger, ref ordinal);
    }

    private static void Add(SqliteConnection open, MembershipChange change, DateTimeOffset since, MembershipLedger ledger, ref long ordinal)
    {
        var insert = open.Prepare(InsertSql);
        insert.Bind(0, change.Segment.Value);
        insert.Bind(1, change.Identity);
        insert.Bind(2, since.ToMicros());
        if (insert.Execute() == 0) return;
        ledger.Entered(change.Segment);
        Tell(open, change, isEntry: true, since.ToMicros(), ledger, ref ordinal);
    }

    private static void Remove(SqliteConnection open, MembershipChange change, MembershipLedger ledger, ref long ordinal)
    {
        var delete = open.Prepare("delete from membership where segment = ? and identity = ? returning since");
        delete.Bind(0, change.Segment.Value);
        delete.Bind(1, change.Identity);
        var since = change.WasSince?.ToMicros();
        var wasThere = false;
        while (delete.Step()) (wasThere, since) = (true, delete.Long(0));
        if (wasThere) ledger.Left(change.Segment);
        if (since is { } entered) Tell(open, change, isEntry: false, entered, ledger, ref ordinal);
    }

    private static bool Move(SqliteConnection open, MembershipChange change, DateTimeOffset since)
    {
        var update = open.Prepare("update membership set since = ? where segment = ? and identity = ?");
        update.Bind(0, since.ToMicros());
        update.Bind(1, change.Segment.Value);
        update.Bind(2, change.Identity);
        return update.Execute() > 0;
    }

    private static void Tell(SqliteConnection open, MembershipChange change, bool isEntry, long since, MembershipLedger ledger, ref long ordinal)
    {
        if (change.News is not { } news) return;
        var tell = open.Prepare(TellSql);
        tell.Bind(0, ledger.Writer);
        tell.Bind(1, ledger.Commit);
        tell.Bind(2, ++ordinal);
        tell.Bind(3, change.Identity);
        tell.Bind(4, isEntry ? 1L : 0L);
        tell.Bind(5, Math.Max(news.At.ToMicros(), since));
        tell.Bind(6, since);
        tell.Bind(7, (long)news.Cause);
        tell.Bind(8, change.Segment.Value);
        tell.Execute();
    }
}
