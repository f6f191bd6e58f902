using System.Diagnostics.Metrics;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.GroupCommit;
using CdpPipeline.Storage.Transfer;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>Everything that is kept, in one SQLite file. One process writes well; others may read and write, but wait for each other.</summary>
public sealed class SqliteStore : IAsyncDisposable
{
    private readonly SqliteWriter writer;
    private readonly SqliteReaders readers;
    private readonly SqliteEventLog events;
    private readonly StoreMetrics metrics = new();
    private int disposed;

    private SqliteStore(SqliteStoreOptions options, SqliteWriter writer, IMembershipStream stream, TimeProvider clock, ILogger logger)
    {
        this.writer = writer;
        readers = new SqliteReaders(options, writer.Fence);
        var appends = new GroupCommitQueue([new SqliteGroupWriter(writer, stream, clock)], writer.Fence, options.GroupCommit, metrics, clock, logger);
        events = new SqliteEventLog(writer, readers, appends, save => new SnapshotQueue(options.GroupCommit.SnapshotsWaitingMax, save, logger));
        Identities = new SqliteIdentityIndex(readers);
        Memberships = new SqliteMembershipIndex(readers);
        Catalog = new SqliteCatalogTables(readers, writer);
        Transitions = new SqliteTransitions(readers, writer);
        Erasures = new SqliteErasures(readers, writer);
        Expiry = new SqliteExpiryIndex(readers, writer);
        Audit = new SqliteAuditLog(readers, writer);
        Documents = new SqliteDocumentStore(readers, writer);
        Fencing = new SqliteFencing(readers, writer, clock);
        Transfer = new SqliteTransfer(options);
    }

    public IEventLog Events => events;

    public IIdentityIndex Identities { get; }

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
    /// Opens the file, creating or migrating it as needed. Throws <see cref="StorageOptionsException"/> for an option that can't work,
    /// <see cref="NewerStoreException"/> when a newer program has migrated it, and <see cref="StoreUnavailableException"/> when the file can't be used.
    /// </summary>
    public static async Task<SqliteStore> OpenAsync(
        SqliteStoreOptions options, IMembershipStream stream, TimeProvider clock, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        options.Validate();
        cancellationToken.ThrowIfCancellationRequested();
        var logger = loggers.CreateLogger<SqliteStore>();
        if (Path.GetDirectoryName(Path.GetFullPath(options.Path)) is { } folder) Directory.CreateDirectory(folder);
        var writer = new SqliteWriter(options, new NodeFence(options.Node, logger.WasFenced));
        try
        {
            await writer.RunAsync(open =>
            {
                SqliteSchema.Migrate(open);
                return true;
            });
        }
        catch
        {
            writer.Dispose();
            throw;
        }

        logger.Opened("SQLite", SqliteSchema.Version);
        return new SqliteStore(options, writer, stream, clock, logger);
    }

    /// <summary>Writes what is queued and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0) return;
        await events.DisposeAsync();
        metrics.Dispose();
        readers.Dispose();
        writer.Dispose();
    }
}
