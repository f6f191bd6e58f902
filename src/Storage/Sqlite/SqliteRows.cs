using CdpPipeline.Storage.Rows;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>Writes and reads rows of the event table.</summary>
internal static class SqliteRows
{
    private const string InsertSql = $"insert into event ({LogRow.Columns}) values (?,?,?,?,?,?,?,?,?,?,?,?,?)";

    public static SqliteStatement PrepareInsert(SqliteConnection connection) => connection.Prepare(InsertSql);

    public static void Insert(SqliteStatement insert, in LogRow row)
    {
        insert.Bind(0, row.Identity);
        insert.Bind(1, row.Seq);
        insert.Bind(2, row.Kind);
        insert.Bind(3, row.At);
        insert.Bind(4, row.Received);
        insert.Bind(5, row.Late ? 1L : 0L);
        insert.Bind(6, row.Claimed);
        insert.Bind(7, row.Name);
        insert.Bind(8, row.Source);
        insert.Bind(9, row.MessageId);
        insert.Bind(10, row.Identifiers);
        insert.BindText(11, row.Properties.Span);
        if (row.Context.IsEmpty) insert.BindNull(12);
        else insert.BindText(12, row.Context.Span);
        insert.Execute();
    }

    /// <summary>The current row of a statement that selects <see cref="LogRow.Columns"/>.</summary>
    public static LogRow Read(SqliteStatement row) => new()
    {
        Identity = row.Long(0),
        Seq = row.Long(1),
        Kind = (short)row.Int(2),
        At = row.Long(3),
        Received = row.Long(4),
        Late = row.Int(5) != 0,
        Claimed = row.Int(6),
        Name = row.TextOrNull(7),
        Source = row.TextOrNull(8),
        MessageId = row.TextOrNull(9),
        Identifiers = row.TextOrNull(10),
        Properties = row.Bytes(11),
        Context = row.Bytes(12),
    };
}
