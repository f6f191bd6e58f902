using System.Diagnostics.Metrics;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.GroupCommit;
using CdpPipeline.Storage.Transfer;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Storage.Postgres;

/// <summary>Everything that is kept, in one PostgreSQL database. Any number of processes may share it.</summary>
public sealed class PostgresStore : IAsyncDisposable
{
    private readonly PostgresDatabase database;
    private readonly PostgresEventLog events;
    private readonly PostgresIdentityIndex identities;
    private readonly StoreMetrics metrics = new();
    private int disposed;

    private PostgresStore(PostgresStoreOptions options, PostgresDatabase database, IMembershipStream stream, TimeProvider clock, ILogger logger)
    {
        this.database = database;
        var writers = Enumerable.Range(0, options.Writers).Select(_ => new PostgresGroupWriter(database, stream, clock)).ToList();
        var appends = new GroupCommitQueue(writers, database.Fence, options.GroupCommit, metrics, clock, logger);
        events = new PostgresEventLog(database, appends, save => new SnapshotQueue(options.GroupCommit.SnapshotsWaitingMax, save, logger));
        identities = new PostgresIdentityIndex(database);
        Memberships = new PostgresMembershipIndex(database);
        Catalog = new PostgresCatalogTables(database);
        Transitions = new PostgresTransitions(database);
        Erasures = new PostgresErasures(database);
        Expiry = new PostgresExpiryIndex(database);
        Audit = new PostgresAuditLog(database);
        Documents = new PostgresDocumentStore(database);
        Fencing = new PostgresFencing(database, clock);
        Transfer = new PostgresTransfer(database);
    }

    public IEventLog Events => events;

    public IIdentityIndex Identities => identities;

    public IMembershipIndex Memberships { get; }

    public ICatalogTables Catalog { get; }

    public IMembershipTransitions Transitions { get; }

    public IDocumentStore Documents { get; }

    public IErasures Erasures { get; }

    public IExpiryIndex Expiry { get; }

    public IAuditLog Audit { get; }

    public IWriterFencing Fencing { get; }

    public ITransferStore Transfer { get; }

    /// <summary>What the store measures; for the host to export.</summary>
    public Meter Meter => metrics.Meter;

    /// <summary>
    /// Connects, creating or migrating the tables as needed. Throws <see cref="StorageOptionsException"/> for an option that can't work,
    /// <see cref="NewerStoreException"/> when a newer program has migrated it, and <see cref="StoreUnavailableException"/> when the server can't be reached.
    /// </summary>
    public static async Task<PostgresStore> OpenAsync(
        PostgresStoreOptions options, IMembershipStream stream, TimeProvider clock, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        options.Validate();
        var logger = loggers.CreateLogger<PostgresStore>();
        var database = new PostgresDatabase(options, new NodeFence(options.Node, logger.WasFenced));
        try
        {
            var settings = await database.RunAsync(
                async connection =>
                {
                    await PostgresSchema.MigrateAsync(connection, cancellationToken);
                    return await connection.QueryAsync(
                        "select name from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes') and setting = 'off'",
                        [],
                        row => row.GetString(0),
                        cancellationToken);
                },
                cancellationToken);
            foreach (var setting in settings) logger.NotDurable(setting);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }

        logger.Opened("PostgreSQL", PostgresSchema.Version);
        return new PostgresStore(options, database, stream, clock, logger);
    }

    /// <summary>Writes what is queued and closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0) return;
        await events.DisposeAsync();
        metrics.Dispose();
        await identities.DisposeAsync();
        await database.DisposeAsync();
    }
}
