using System.Buffers;
using System.Text;
using SQLitePCL;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>A prepared statement, used again and again. Parameters and columns are counted from 0.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int StackBytesMax = 512;

    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;

    public SqliteStatement(sqlite3 database, string sql)
    {
        this.database = database;
        SqliteConnection.Check(database, raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
    }

    public void Bind(int index, long value) => Check(raw.sqlite3_bind_int64(statement, index + 1, value));

    public void Bind(int index, long? value)
    {
        if (value is { } number) Bind(index, number);
        else BindNull(index);
    }

    public void Bind(int index, string? value)
    {
        if (value is null)
        {
            BindNull(index);
            return;
        }

        var bytesMax = Encoding.UTF8.GetMaxByteCount(value.Length);
        byte[]? rented = null;
        var buffer = bytesMax <= StackBytesMax ? stackalloc byte[StackBytesMax] : rented = ArrayPool<byte>.Shared.Rent(bytesMax);
        var length = Encoding.UTF8.GetBytes(value, buffer);
        BindText(index, buffer[..length]);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>Binds UTF-8 as text.</summary>
    public void BindText(int index, ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty) Check(raw.sqlite3_bind_text(statement, index + 1, string.Empty));
        else Check(raw.sqlite3_bind_text(statement, index + 1, utf8));
    }

    public void BindBlob(int index, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) Check(raw.sqlite3_bind_zeroblob(statement, index + 1, 0));
        else Check(raw.sqlite3_bind_blob(statement, index + 1, bytes));
    }

    public void Bind(int index, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        BindBlob(index, bytes);
    }

    public void BindNull(int index) => Check(raw.sqlite3_bind_null(statement, index + 1));

    /// <summary>Moves to the next row; at the end, or on an error, the statement is ready to be used again.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_ROW) return true;
        if (code == raw.SQLITE_DONE)
        {
            raw.sqlite3_reset(statement);
            return false;
        }

        var failure = SqliteConnection.FailureOf(database);
        raw.sqlite3_reset(statement);
        throw failure;
    }

    /// <summary>Runs a statement that returns nothing; the number of rows it changed.</summary>
    public int Execute()
    {
        while (Step())
        {
        }

        return raw.sqlite3_changes(database);
    }

    public void Reset() => raw.sqlite3_reset(statement);

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long Long(int column) => raw.sqlite3_column_int64(statement, column);

    public int Int(int column) => raw.sqlite3_column_int(statement, column);

    public string Text(int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(statement, column));

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public byte[] Bytes(int column) => raw.sqlite3_column_blob(statement, column).ToArray();

    public Guid Guid(int column) => new(raw.sqlite3_column_blob(statement, column), bigEndian: true);

    public Guid? GuidOrNull(int column) => IsNull(column) ? null : Guid(column);

    public void Dispose() => statement.Dispose();

    private void Check(int code) => SqliteConnection.Check(database, code);
}
