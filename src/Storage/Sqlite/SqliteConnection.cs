using System.Globalization;
using SQLitePCL;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>One open database with the statements prepared on it. Not for concurrent use.</summary>
internal sealed class SqliteConnection : IDisposable
{
    // Each row of a group touches a leaf of two indexes at random; a smaller page makes less to log and flush.
    private const int PageBytes = 4_096;

    private readonly sqlite3 database;
    private readonly Dictionary<string, SqliteStatement> statements = [];

    static SqliteConnection() => Batteries_V2.Init();

    private SqliteConnection(sqlite3 database) => this.database = database;

    public static SqliteConnection Open(SqliteStoreOptions options, bool writer)
    {
        var code = raw.sqlite3_open_v2(
            options.Path, out var database, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX, null);
        var connection = new SqliteConnection(database);
        try
        {
            Check(database, code);
            raw.sqlite3_extended_result_codes(database, 1);
            raw.sqlite3_busy_timeout(database, (int)options.BusyTimeout.TotalMilliseconds);
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"pragma page_size = {PageBytes}"));
            connection.Execute("pragma journal_mode = wal");
            connection.Execute(options.Synchronous == SqliteSynchronous.Full ? "pragma synchronous = full" : "pragma synchronous = normal");
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"pragma cache_size = -{(writer ? options.CacheBytes : options.CacheBytes / 4) / 1024}"));
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"pragma wal_autocheckpoint = {options.CheckpointBytes / PageBytes}"));
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"pragma journal_size_limit = {options.CheckpointBytes}"));
            connection.Execute("pragma temp_store = memory");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static void Check(sqlite3 database, int code)
    {
        if (code != raw.SQLITE_OK) throw FailureOf(database);
    }

    public static SqliteFailureException FailureOf(sqlite3 database) =>
        new(raw.sqlite3_extended_errcode(database), raw.sqlite3_errmsg(database).utf8_to_string());

    /// <summary>The statement for this text, prepared once.</summary>
    public SqliteStatement Prepare(string sql)
    {
        if (statements.TryGetValue(sql, out var statement)) return statement;
        statement = new SqliteStatement(database, sql);
        statements.Add(sql, statement);
        return statement;
    }

    /// <summary>Runs a script of statements without parameters.</summary>
    public void Execute(string sql) => Check(database, raw.sqlite3_exec(database, sql));

    /// <summary>Runs the work in one write transaction: all of it or, when it throws, none.</summary>
    public T Write<T>(Func<SqliteConnection, T> work)
    {
        Prepare("begin immediate").Execute();
        try
        {
            var result = work(this);
            Prepare("commit").Execute();
            return result;
        }
        catch
        {
            Rollback();
            throw;
        }
    }

    /// <summary>The same, and what it removes is overwritten in the file.</summary>
    public T WriteSecurely<T>(Func<SqliteConnection, T> work)
    {
        Execute("pragma secure_delete = on");
        try
        {
            return Write(work);
        }
        finally
        {
            Execute("pragma secure_delete = off");
        }
    }

    /// <summary>Runs the work on one snapshot of the database.</summary>
    public T Read<T>(Func<SqliteConnection, T> work)
    {
        Prepare("begin").Execute();
        try
        {
            return work(this);
        }
        finally
        {
            Rollback();
        }
    }

    public void Rollback()
    {
        foreach (var statement in statements.Values) statement.Reset();
        if (raw.sqlite3_get_autocommit(database) == 0) raw.sqlite3_exec(database, "rollback");
    }

    /// <summary>Makes a running statement fail soon. The only member that another thread may call.</summary>
    public void Interrupt() => raw.sqlite3_interrupt(database);

    public void Dispose()
    {
        foreach (var statement in statements.Values) statement.Dispose();
        statements.Clear();
        database?.Dispose();
    }
}
