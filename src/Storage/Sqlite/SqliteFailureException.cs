using CdpPipeline.Grains.Interfaces.Storage;
using SQLitePCL;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>SQLite answered with an error code.</summary>
internal sealed class SqliteFailureException(int code, string message) : Exception($"SQLite error {code}: {message}")
{
    public int ExtendedCode => code;

    public int Code => code & 0xFF;

    /// <summary>A primary key or unique index is taken.</summary>
    public bool IsUniqueViolation => code is raw.SQLITE_CONSTRAINT_PRIMARYKEY or raw.SQLITE_CONSTRAINT_UNIQUE or raw.SQLITE_CONSTRAINT_ROWID;

    public bool IsInterrupted => Code == raw.SQLITE_INTERRUPT;

    /// <summary>The statement is wrong, or the data: trying again elsewhere would not help.</summary>
    public bool IsBug => Code is raw.SQLITE_ERROR or raw.SQLITE_MISUSE or raw.SQLITE_RANGE or raw.SQLITE_MISMATCH or raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG;

    public StoreUnavailableException ToUnavailable() => new("The SQLite store can't be used.", this);
}
