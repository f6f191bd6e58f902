using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace CdpPipeline.Api.Tests.Privacy;

/// <summary>On a server of its own, whose files nobody else writes.</summary>
public sealed class PostgresPrivacyTests : PrivacyContract, IAsyncDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("cdp-privacy-").FullName;
    private PostgresServer? server;
    private string database = "";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (server is not null) await server.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    internal override async Task<ApiHost> StartAsync()
    {
        Assert.SkipWhen(PostgresServer.MissingReason is not null, PostgresServer.MissingReason ?? "");
        server = await PostgresServer.StartAsync();
        database = await server.CreateDatabaseAsync();
        var host = await HostAsync();

        // What the store compresses would be found in no file.
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Cancelled);
        var uncompress = await QueryAsync(connection, """
            select format('alter table %I alter column %I set storage external', c.relname, a.attname) from pg_attribute a join pg_class c on c.oid = a.attrelid
            where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and a.attstorage = 'x'
            """);
        Assert.Contains(uncompress, alter => alter.Contains("snapshot", StringComparison.Ordinal));
        foreach (var alter in uncompress) await QueryAsync(connection, alter);
        return host;
    }

    internal override async Task<ApiHost> RestartAsync(ApiHost host)
    {
        await host.DisposeAsync();
        return await HostAsync();
    }

    internal override async Task<IReadOnlyList<string>> LeftAsync(ApiHost host, string text)
    {
        await host.Services.GetRequiredService<IErasures>().CompactAsync(Cancelled);
        var traces = Traces.Of(text);
        List<string> left = [.. await TablesAsync(text)];
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Cancelled);

        // What is committed is in the files once there was a checkpoint; files of tables as they were before are removed by it.
        await QueryAsync(connection, "checkpoint");
        if (server!.DataDirectory is not { } files) return left;
        foreach (var file in Directory.EnumerateFiles(files, "*", SearchOption.AllDirectories))
        {
            if (file.Contains("/pg_wal/", StringComparison.Ordinal)) continue;
            var bytes = await File.ReadAllBytesAsync(file, Cancelled);
            if (Traces.AreIn(bytes, traces)) left.Add(file[files.Length..]);
        }

        return left;
    }

    internal override async Task<IReadOnlyList<string>> TablesAsync(string text)
    {
        var traces = Traces.Of(text);
        var found = new List<string>();
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Cancelled);
        foreach (var table in await QueryAsync(connection, "select tablename::text from pg_tables where schemaname = 'public' union all select 'pg_statistic'"))
        {
            if ((await QueryAsync(connection, $"select t::text from {table} t")).Exists(row => Traces.AreIn(row, traces))) found.Add(table);
        }

        return found;
    }

    private static async Task<List<string>> QueryAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(Cancelled);
        var rows = new List<string>();
        while (await reader.ReadAsync(Cancelled)) rows.Add(reader.GetString(0));
        return rows;
    }

    private Task<ApiHost> HostAsync() => ApiHost.StartInAsync(
        directory, ("Cdp:WriteKey", ApiHost.WriteKey), ("Cdp:ApiKey", ApiHost.AdminKey), ("Cdp:ConnectionString", database));
}
