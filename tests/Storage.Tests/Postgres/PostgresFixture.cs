using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Storage.Postgres;
using CdpPipeline.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CdpPipeline.Storage.Tests.Postgres;

/// <summary>A fresh database on the shared test server.</summary>
public sealed class PostgresFixture : IStoreFixture
{
    public string? SkipReason => PostgresServer.MissingReason;

    public string ConnectionString { get; private set; } = string.Empty;

    public PostgresStoreOptions Options => new() { ConnectionString = ConnectionString, ConnectionsMax = 10 };

    public async Task<StoreUnderTest> OpenAsync(IMembershipStream stream, CancellationToken cancellationToken)
    {
        var store = await PostgresStore.OpenAsync(Options, stream, TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
        return new StoreUnderTest(store.Events, store.Identities, store.Memberships, store.Documents, store);
    }

    public async Task RenewAsync() => ConnectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
