using System.Text;
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
        return await HostAsync();
    }

    internal override async Task<ApiHost> RestartAsync(ApiHost host)
    {
        await host.DisposeAsync();
        return await HostAsync();
    }

    internal override async Task<IReadOnlyList<string>> LeftAsync(ApiHost host, string text)
    {
        await host.Services.GetRequiredService<IErasures>().CompactAsync(Cancelled);
        var left = new List<string>();
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Cancelled);
        foreach (var table in await QueryAsync(connection, "select tablename::text from pg_tables where schemaname = 'public'"))
        {
            if ((await QueryAsync(connection, $"select t::text from {table} t")).Exists(row => row.Contains(text, StringComparison.Ordinal))) left.Add(table);
        }

        // What is committed is in the files once there was a checkpoint; files of tables as they were before are removed by it.
        await QueryAsync(connection, "checkpoint");
        if (server!.DataDirectory is not { } files) return left;
        foreach (var file in Directory.EnumerateFiles(files, "*", SearchOption.AllDirectories))
        {
            if (file.Contains("/pg_wal/", StringComparison.Ordinal)) continue;
            var bytes = await File.ReadAllBytesAsync(file, Cancelled);
            if (bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0) left.Add(file[files.Length..]);
        }

        return left;
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
