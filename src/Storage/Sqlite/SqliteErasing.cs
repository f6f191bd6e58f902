using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.GroupCommit;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>Writes the decision that a person is erased, within one transaction.</summary>
internal static class SqliteErasing
{
    private const string PartsSql =
        """
        with recursive part (key, id) as (
            select key, id from identity where id = ?1 and merged_into is null
            union all select i.key, i.id from identity i join part p on i.merged_into = p.id)
        select key, (select coalesce(max(seq), 0) from event where identity = key) from part
        """;

    private const string ReceiptSql =
        """
        insert into erasure (id, identity, at, suppresses, components, identifiers, memberships, due_times) values (?, ?, ?, ?, ?, ?, ?, ?)
        """;

    private const string SuppressSql =
        """
        insert into suppressed_identifier (hash, erasure, revision, is_lifted) values (?, ?, ?, 0)
        on conflict (hash) do update set erasure = excluded.erasure, revision = excluded.revision, is_lifted = 0
        """;

    private const string TellSql =
        """
        insert into membership_transition (writer, "commit", ordinal, segment, identity, entered, at, since, cause)
        select ?1, ?2, ?3, segment, ?4, 0, max(?5, ?6), ?6, ?7 from membership_set where id = ?8 and state = 1
        """;

    // She is in neither set any more, so there is nothing about her to tell at a switch that is being prepared.
    private const string ForgetUntoldSql =
        """
        delete from membership_transition where writer in (select told_by from membership_set where told_by is not null) and "commit" = 1 and ordinal = ?
        """;

    /// <summary>The revision in force; 0 before the first.</summary>
    public static long RevisionOf(SqliteConnection open)
    {
        var read = open.Prepare("select changes from document_kind where kind = 'erasure'");
        if (!read.Step()) return 0;
        var revision = read.Long(0);
        read.Reset();
        return revision;
    }

    /// <summary>Whether the person is what the decision says she is: the same components, nothing written since, no merge half done.</summary>
    public static bool IsAsDecided(SqliteConnection open, Erasure erasure)
    {
        var read = open.Prepare(PartsSql);
        read.Bind(0, erasure.Id.Value);
        var parts = new HashSet<ErasedComponent>();
        while (read.Step()) parts.Add(new ErasedComponent(read.Long(0), read.Long(1)));
        return parts.SetEquals(erasure.Components);
    }

    /// <summary>Returns the new revision. The ledger has begun a commit.</summary>
    public static long Erase(SqliteConnection open, Erasure erasure, MembershipLedger ledger)
    {
        SqliteDocumentStore.Noted(open, IErasures.Kind);
        var revision = RevisionOf(open);
        var (identifiers, memberships, due) = (0, 0, 0);
        foreach (var identifier in erasure.Identifiers)
        {
            var delete = open.Prepare("delete from identifier where kind = ? and value = ?");
            delete.Bind(0, (long)identifier.Kind);
            delete.Bind(1, identifier.Value);
            identifiers += delete.Execute();
        }

        foreach (var hash in erasure.Suppressed) Suppress(open, erasure, hash, revision);
        var ordinal = 0L;
        foreach (var (key, _) in erasure.Components)
        {
            memberships += EndMemberships(open, key, erasure, ledger, ref ordinal);
            due += Run(open, "delete from due where identity = ?", key);
            Run(open, "delete from retention_mark where identity = ?", key);
            Run(open, ForgetUntoldSql, key);
            Run(open, "delete from membership_touch where identity = ?", key);
            Remember(open, key, erasure, revision);
            Run(open, "delete from identity where key = ?", key);
        }

        var receipt = open.Prepare(ReceiptSql);
        receipt.Bind(0, erasure.Receipt);
        receipt.Bind(1, erasure.Id.Value);
        receipt.Bind(2, erasure.At.ToMicros());
        receipt.Bind(3, erasure.Suppressed.Count > 0 ? 1L : 0L);
        receipt.Bind(4, erasure.Components.Count);
        receipt.Bind(5, identifiers);
        receipt.Bind(6, memberships);
        receipt.Bind(7, due);
        receipt.Execute();
        return revision;
    }

    private static int EndMemberships(SqliteConnection open, long key, Erasure erasure, MembershipLedger ledger, ref long ordinal)
    {
        var delete = open.Prepare("delete from membership where identity = ? returning segment, since");
        delete.Bind(0, key);
        var ended = new List<(Guid Set, long Since)>();
        while (delete.Step()) ended.Add((delete.Guid(0), delete.Long(1)));
        foreach (var (set, since) in ended)
        {
            ledger.Left(new SegmentId(set));
            var tell = open.Prepare(TellSql);
            tell.Bind(0, ledger.Writer);
            tell.Bind(1, ledger.Commit);
            tell.Bind(2, ++ordinal);
            tell.Bind(3, key);
            tell.Bind(4, erasure.At.ToMicros());
            tell.Bind(5, since);
            tell.Bind(6, (long)MembershipCause.Erasure);
            tell.Bind(7, set);
            tell.Execute();
        }

        return ended.Count;
    }

    private static void Suppress(SqliteConnection open, Erasure erasure, Guid hash, long revision)
    {
        var suppress = open.Prepare(SuppressSql);
        suppress.Bind(0, hash);
        suppress.Bind(1, erasure.Receipt);
        suppress.Bind(2, revision);
        suppress.Execute();
    }

    private static void Remember(SqliteConnection open, long key, Erasure erasure, long revision)
    {
        var remember = open.Prepare("insert into erased_identity (id, key, erasure, revision) select id, key, ?2, ?3 from identity where key = ?1");
        remember.Bind(0, key);
        remember.Bind(1, erasure.Receipt);
        remember.Bind(2, revision);
        remember.Execute();
    }

    private static int Run(SqliteConnection open, string sql, long key)
    {
        var statement = open.Prepare(sql);
        statement.Bind(0, key);
        return statement.Execute();
    }
}
