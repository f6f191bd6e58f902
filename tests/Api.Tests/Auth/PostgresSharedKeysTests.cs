using CdpPipeline.Testing;
using Npgsql;

namespace CdpPipeline.Api.Tests.Auth;

public sealed class PostgresSharedKeysTests : SharedKeysContract, IAsyncDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("cdp-shared-keys-").FullName;
    private PostgresServer? server;
    private string database = "";

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (server is not null) await server.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    internal override async Task<ApiHost> StartAsync()
    {
        Assert.SkipWhen(PostgresServer.MissingReason is not null, PostgresServer.MissingReason ?? "");
        if (server is null)
        {
            server = await PostgresServer.StartAsync();
            database = await server.CreateDatabaseAsync();
        }

        return await ApiHost.StartInAsync(directory, [.. Settings, ("Cdp:ConnectionString", database)]);
    }
}
