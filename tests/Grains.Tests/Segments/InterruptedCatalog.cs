using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Tests.Segments;

/// <summary>Catalog tables whose connection breaks at the next write: before it, or after it so that only the answer is lost.</summary>
internal sealed class InterruptedCatalog(ICatalogTables tables) : ICatalogTables
{
    private bool? losesAnswer;

    public void BreakNext(bool isAnswerLost) => losesAnswer = isAnswerLost;

    public Task<StoredCatalog> ReadAsync(CancellationToken cancellationToken) => tables.ReadAsync(cancellationToken);

    public async Task<bool> WriteAsync(CatalogWrite write, CancellationToken cancellationToken)
    {
        var breaks = losesAnswer;
        losesAnswer = null;
        var isWritten = breaks != false && await tables.WriteAsync(write, cancellationToken);
        return breaks is null ? isWritten : throw new StoreUnavailableException("The connection broke.");
    }

    public Task<bool> PrepareAsync(long version, int rowsMax, DateTimeOffset at, CancellationToken cancellationToken) => tables.PrepareAsync(version, rowsMax, at, cancellationToken);

    public Task<int> SweepAsync(int rowsMax, CancellationToken cancellationToken) => tables.SweepAsync(rowsMax, cancellationToken);
}
