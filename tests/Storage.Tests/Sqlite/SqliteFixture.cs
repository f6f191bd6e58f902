using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace CdpPipeline.Storage.Tests.Sqlite;

/// <summary>A SQLite file in a folder of its own.</summary>
public sealed class SqliteFixture : IStoreFixture
{
    private readonly string folder = Directory.CreateTempSubdirectory("cdp-sqlite-").FullName;
    private int number;

    public string? SkipReason => null;

    public string Path => System.IO.Path.Combine(folder, $"{number}.db");

    public SqliteStoreOptions Options => new() { Path = Path };

    public async Task<StoreUnderTest> OpenAsync(IMembershipStream stream, CancellationToken cancellationToken)
    {
        var store = await SqliteStore.OpenAsync(Options, stream, TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
        return new StoreUnderTest(store.Events, store.Identities, store.Memberships, store.Transitions, store.Catalog, store.Documents, store.Erasures, store.Expiry, store.Audit, store.Fencing, store.Transfer, store);
    }

    public Task RenewAsync()
    {
        number++;
        return Task.CompletedTask;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
