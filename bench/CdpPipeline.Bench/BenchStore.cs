using Npgsql;

namespace CdpPipeline.Bench;

/// <summary>A fresh store: a temporary folder, and on PostgreSQL a database of its own. Both go at the end.</summary>
internal sealed class BenchStore : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cdp-bench-").FullName;
    private readonly string? server;
    private readonly string database = $"bench_{Guid.NewGuid():N}";

    private BenchStore(string? server) => this.server = server;

    /// <summary>What the program must be told to use it.</summary>
    public IReadOnlyDictionary<string, string> Settings => server is null
        ? new Dictionary<string, string> { ["Cdp:DataDirectory"] = folder }
        : new Dictionary<string, string>
        {
            ["Cdp:DataDirectory"] = folder,
            ["Cdp:ConnectionString"] = new NpgsqlConnectionStringBuilder(server) { Database = database }.ConnectionString,
        };

    public static async Task<BenchStore> CreateAsync(string? server)
    {
        var store = new BenchStore(server);
        if (server is not null) await RunAsync(server, $"create database {store.database}");
        return store;
    }

    /// <summary>Has PostgreSQL do now what filling the store left for later, so that the measured rounds don't pay for it at random.</summary>
    public async Task SettleAsync()
    {
        if (server is null) return;
        var own = new NpgsqlConnectionStringBuilder(server) { Database = database }.ConnectionString;
        foreach (var sql in (string[])["vacuum analyze", "checkpoint"]) await RunAsync(own, sql);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await RunAsync(server, $"drop database if exists {database} with (force)");
        Directory.Delete(folder, recursive: true);
    }

    private static async Task RunAsync(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Built from constants and an id of our own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }
}
