using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.Transfer;

namespace CdpPipeline.Storage.Tests;

/// <summary>An open store of either kind, as the contracts see it.</summary>
public sealed record StoreUnderTest(
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
    IAsyncDisposable Owner) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Owner.DisposeAsync();
}

/// <summary>Opens stores on one fresh database, any number of them at a time.</summary>
public interface IStoreFixture : IAsyncLifetime
{
    /// <summary>Why the tests can't run here, or null.</summary>
    string? SkipReason { get; }

    Task<StoreUnderTest> OpenAsync(IMembershipStream stream, CancellationToken cancellationToken);

    /// <summary>Makes everything opened from now on begin with an empty database.</summary>
    Task RenewAsync();
}
