using System.Diagnostics.Metrics;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.Postgres;
using CdpPipeline.Storage.Sqlite;
using CdpPipeline.Storage.Transfer;

namespace CdpPipeline.Api.Hosting;

/// <summary>The store that the configuration names, opened and migrated.</summary>
internal sealed record OpenStore(
    IEventLog Events,
    IIdentityIndex Identities,
    IMembershipIndex Memberships,
    IMembershipTransitions Transitions,
    ICatalogTables Catalog,
    IDocumentStore Documents,
    IErasures Erasures,
    IExpiryIndex Expiry,
    IAuditLog Audit,
    IWriterFencing Fencing,
    ITransferStore Transfer,
    Meter Meter,
    IAsyncDisposable Lifetime)
{
    /// <exception cref="SettingException">A setting can't work.</exception>
    public static async Task<OpenStore> OpenAsync(
        IConfiguration configuration, IMembershipStream stream, TimeProvider clock, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        if (StoreChoice.Of(configuration) == StoreChoice.Postgres)
        {
            var options = configuration.GetSection("Cdp:Postgres").Get<PostgresStoreOptions>() ?? new PostgresStoreOptions();
            options.ConnectionString = configuration["Cdp:ConnectionString"]!;
            var postgres = await PostgresStore.OpenAsync(options, stream, clock, loggers, cancellationToken);
            return new OpenStore(postgres.Events, postgres.Identities, postgres.Memberships, postgres.Transitions, postgres.Catalog, postgres.Documents, postgres.Erasures, postgres.Expiry, postgres.Audit, postgres.Fencing, postgres.Transfer, postgres.Meter, postgres);
        }

        var file = configuration.GetSection("Cdp:Sqlite").Get<SqliteStoreOptions>() ?? new SqliteStoreOptions();
        file.Path = Path.Combine(DataDirectory.Of(configuration), "cdp.db");
        var sqlite = await SqliteStore.OpenAsync(file, stream, clock, loggers, cancellationToken);
        return new OpenStore(sqlite.Events, sqlite.Identities, sqlite.Memberships, sqlite.Transitions, sqlite.Catalog, sqlite.Documents, sqlite.Erasures, sqlite.Expiry, sqlite.Audit, sqlite.Fencing, sqlite.Transfer, sqlite.Meter, sqlite);
    }
}
