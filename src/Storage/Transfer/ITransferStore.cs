namespace CdpPipeline.Storage.Transfer;

/// <summary>A store that all can be carried out of, and into while it is empty.</summary>
public interface ITransferStore
{
    /// <summary>The version of its schema; one archive fits one version.</summary>
    int SchemaVersion { get; }

    /// <summary>Opens everything for reading, as of one instant; the program may go on writing.</summary>
    Task<ITransferRows> OpenAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Lets <paramref name="fill"/> write, and look at what it wrote, all in one transaction: when it throws, the store is as it was. Throws
    /// <see cref="TransferException"/> when the store is not empty.
    /// </summary>
    Task FillAsync(Func<ITransferSink, Task> fill, CancellationToken cancellationToken);
}

/// <summary>Reads whole tables.</summary>
public interface ITransferRows : IAsyncDisposable
{
    /// <summary>All rows by ascending key. Each is only good until the next; its values as <see cref="TransferType"/> says.</summary>
    IAsyncEnumerable<object?[]> ReadAsync(TransferTable table, CancellationToken cancellationToken);
}

/// <summary>Writes whole tables, and reads them again.</summary>
public interface ITransferSink : ITransferRows
{
    Task WriteAsync(TransferTable table, IAsyncEnumerable<object?[]> rows, CancellationToken cancellationToken);
}
