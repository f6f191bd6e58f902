using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Storage.Postgres;
using CdpPipeline.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CdpPipeline.Storage.Tests.Postgres;

/// <summary>A fresh database on the shared test server.</summary>
public class PostgresFixture : IStoreFixture
{
    private PostgresServer? server;

    public string? SkipReason => PostgresServer.MissingReason;

    public string ConnectionString { get; private set; } = string.Empty;

    public PostgresStoreOptions Options => new() { ConnectionString = ConnectionString, ConnectionsMax = 10 };

    public Task<StoreUnderTest> OpenAsync(IMembershipStream stream, CancellationToken cancellationToken) => OpenAsync(Options, stream, cancellationToken);

    public static async Task<StoreUnderTest> OpenAsync(PostgresStoreOptions options, IMembershipStream stream, CancellationToken cancellationToken)
    {
        var store = await PostgresStore.OpenAsync(options, stream, TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
        return new StoreUnderTest(store.Events, store.Identities, store.Memberships, store.Transitions, store.Catalog, store.Documents, store.Erasures, store.Expiry, store.Audit, store.Fencing, store.Transfer, store);
    }

    public PostgresServer Server => server!;

    public async Task RenewAsync()
    {
        if (server is null)
        {
            server = await StartAsync();
            ConnectionString = await server.CreateDatabaseAsync();
            return;
        }

        // Much cheaper than another database.
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var clear = new NpgsqlCommand("drop schema public cascade; create schema public", connection);
        await clear.ExecuteNonQueryAsync();
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    protected virtual Task<PostgresServer> StartAsync() => PostgresServer.SharedAsync();
}
