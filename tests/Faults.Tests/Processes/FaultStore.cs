using System.Data.Common;
using CdpPipeline.Testing;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CdpPipeline.Faults.Tests.Processes;

/// <summary>A fresh, empty store for one process under test, which the test can also read by itself.</summary>
internal sealed class FaultStore : IAsyncDisposable
{
    private readonly Func<DbConnection> open;
    private readonly Func<DbConnection> openToWrite;
    private readonly PostgresServer? owned;
    private readonly string folder = Directory.CreateTempSubdirectory("cdp-faults-").FullName;

    private FaultStore(string? connectionString, PostgresServer? server, bool isOwned)
    {
        ConnectionString = connectionString;
        Server = server;
        owned = isOwned ? server : null;
        open = () => Open(SqliteOpenMode.ReadOnly);
        openToWrite = () => Open(SqliteOpenMode.ReadWrite);

        DbConnection Open(SqliteOpenMode mode) => connectionString is null
            ? new SqliteConnection($"Data Source={Path.Combine(folder, "cdp.db")};Mode={mode};Pooling=False;Default Timeout=10")
            : new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
    }

    /// <summary>The PostgreSQL database; null for SQLite.</summary>
    public string? ConnectionString { get; }

    public PostgresServer? Server { get; }

    /// <summary>What tells the process where its store is.</summary>
    public IEnumerable<KeyValuePair<string, string>> Environment =>
        ConnectionString is null
            ? [new("Cdp__DataDirectory", folder), new("Cdp__Storage", "Sqlite")]
            : [new("Cdp__DataDirectory", folder), new("Cdp__Storage", "Postgres"), new("Cdp__ConnectionString", ConnectionString)];

    /// <summary>A store by name, or the test is skipped. <paramref name="isOwnServer"/>: nobody else uses the server, so it may be stopped.</summary>
    public static async Task<FaultStore> CreateAsync(string store, bool isOwnServer = false)
    {
        if (store == "Sqlite") return new FaultStore(null, null, isOwned: false);
        Assert.SkipWhen(PostgresServer.MissingReason is not null, PostgresServer.MissingReason ?? string.Empty);
        var server = isOwnServer ? await PostgresServer.StartAsync() : await PostgresServer.SharedAsync();
        return new FaultStore(await server.CreateDatabaseAsync(), server, isOwnServer);
    }

    /// <summary>All rows of a query.</summary>
    public async Task<List<object?[]>> QueryAsync(string sql)
    {
        await using var connection = open();
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object?[]>();
        while (await reader.ReadAsync())
        {
            var row = new object?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++) row[i] = await reader.IsDBNullAsync(i) ? null : reader.GetValue(i);
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>Keeps the program from writing, by a statement that takes what it needs, while something is done.</summary>
    public async Task HoldAsync(string sql, TimeSpan duration, Func<Task> meanwhile)
    {
        await using var connection = openToWrite();
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = ConnectionString is null ? sql : $"begin; {sql}";
        await command.ExecuteNonQueryAsync();
        await Task.WhenAll(Task.Delay(duration), meanwhile());
        command.CommandText = "rollback";
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Changes the store behind the program's back.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = openToWrite();
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (owned is not null) await owned.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
