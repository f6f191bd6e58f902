using CdpPipeline.Domain.Log;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.Rows;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>Puts into the places of events what is kept of them, and the snapshots that were made without them, within one transaction.</summary>
internal static class SqliteExpiry
{
    // Of kinds up to 3 are those that can be removed for their age.
    private const string ReplaceSql =
        """
        update event set kind = ?3, at = ?4, received = ?4, late = 0, claimed = ?5, properties = ?6,
            name = null, source = null, message_id = null, identifiers = null, context = null
        where identity = ?1 and seq = ?2 and kind < 4
        """;

    private const string SnapshotSql =
        "insert into snapshot (identity, seq, data) values (?, ?, ?) on conflict (identity) do update set seq = excluded.seq, data = excluded.data";

    public static void Write(SqliteConnection open, IReadOnlyList<ChangeEntry> expired, IReadOnlyList<ComponentSnapshot> snapshots)
    {
        if (expired.Count == 0) return;
        var replace = open.Prepare(ReplaceSql);
        foreach (var entry in expired)
        {
            var row = LogRow.Of(entry);
            replace.Bind(0, row.Identity);
            replace.Bind(1, row.Seq);
            replace.Bind(2, row.Kind);
            replace.Bind(3, row.At);
            replace.Bind(4, row.Claimed);
            replace.BindText(5, row.Properties.Span);
            replace.Execute();
        }

        var save = open.Prepare(SnapshotSql);
        foreach (var snapshot in snapshots)
        {
            save.Bind(0, snapshot.Component);
            save.Bind(1, snapshot.Seq);
            save.BindBlob(2, snapshot.Bytes.Span);
            save.Execute();
        }
    }
}
