using System.Buffers;
using System.IO.Compression;
using System.Text;

namespace CdpPipeline.Storage.Transfer;

/// <summary>
/// Everything that a store keeps, in one file: a ZIP archive with a file of JSON lines for each table, and a manifest with the number of rows and
/// the SHA-256 of each. What goes into a store is read again and compared before it counts.
/// </summary>
public static class StoreArchive
{
    private const int LineBytes = 4_096;

    /// <summary>Writes the store into a new file, which must not exist; what of a file was written is removed when it fails.</summary>
    public static async Task<TransferManifest> ExportAsync(ITransferStore store, string path, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var file = Create(path);
        try
        {
            var tables = new Dictionary<string, TransferredTable>();
            using var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);
            await using (var rows = await store.OpenAsync(cancellationToken))
            {
                foreach (var table in TransferTable.All)
                {
                    await using var entry = new BufferedStream(await archive.CreateEntry(EntryOf(table), CompressionLevel.Fastest).OpenAsync(cancellationToken), 1 << 16);
                    tables.Add(table.Name, await SumAsync(rows.ReadAsync(table, cancellationToken), line => entry.Write(line.Span)));
                }
            }

            var manifest = new TransferManifest(TransferManifest.CurrentFormat, store.SchemaVersion, clock.GetUtcNow(), tables);
            await using var last = await archive.CreateEntry(TransferManifest.EntryName).OpenAsync(cancellationToken);
            await last.WriteAsync(manifest.Write(), cancellationToken);
            return manifest;
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Fills an empty store from a file: all of it, or nothing.</summary>
    /// <exception cref="TransferException">The file or the store is not what it should be; nothing was written.</exception>
    public static async Task<TransferManifest> ImportAsync(ITransferStore store, string path, CancellationToken cancellationToken)
    {
        using var archive = Open(path);
        var manifest = await ManifestAsync(archive, store, cancellationToken);
        await store.FillAsync(
            async sink =>
            {
                foreach (var table in TransferTable.All)
                {
                    var expected = manifest.Tables.GetValueOrDefault(table.Name) ?? throw new TransferException($"The archive's manifest does not name {table.Name}.");
                    var entry = archive.GetEntry(EntryOf(table)) ?? throw new TransferException($"The archive lacks {EntryOf(table)}.");
                    using var sum = new RowSum();
                    await sink.WriteAsync(table, RowsAsync(entry, table, sum), cancellationToken);
                    Compare(table, expected, sum.End(), "the archive");
                    Compare(table, expected, await SumAsync(sink.ReadAsync(table, cancellationToken), static _ => { }), "the store");
                }
            },
            cancellationToken);
        return manifest;
    }

    private static string EntryOf(TransferTable table) => $"{table.Name}.ndjson";

    private static FileStream Create(string path)
    {
        try
        {
            return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new TransferException($"{path} can't be written: {exception.Message}", exception);
        }
    }

    private static ZipArchive Open(string path)
    {
        try
        {
            return ZipFile.OpenRead(path);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new TransferException($"{path} can't be read as an archive: {exception.Message}", exception);
        }
    }

    private static async Task<TransferManifest> ManifestAsync(ZipArchive archive, ITransferStore store, CancellationToken cancellationToken)
    {
        var entry = archive.GetEntry(TransferManifest.EntryName) ?? throw new TransferException("The archive has no manifest.json: it was not written to its end.");
        await using var json = await entry.OpenAsync(cancellationToken);
        var manifest = TransferManifest.Read(json);
        if (manifest.Format != TransferManifest.CurrentFormat) throw new TransferException($"The archive is of format {manifest.Format}; this program reads {TransferManifest.CurrentFormat}.");
        if (manifest.Schema != store.SchemaVersion) throw new TransferException($"The archive is of schema version {manifest.Schema}, this program's is {store.SchemaVersion}; export and import with the same version of the program.");
        return manifest;
    }

    private static async Task<TransferredTable> SumAsync(IAsyncEnumerable<object?[]> rows, Action<ReadOnlyMemory<byte>> write)
    {
        using var sum = new RowSum();
        var line = new ArrayBufferWriter<byte>(LineBytes);
        await using var json = RowJson.Writer(line);
        await foreach (var row in rows)
        {
            RowJson.Write(json, line, row);
            sum.Add(line.WrittenSpan);
            write(line.WrittenMemory);
        }

        return sum.End();
    }

    private static async IAsyncEnumerable<object?[]> RowsAsync(ZipArchiveEntry entry, TransferTable table, RowSum sum)
    {
        using var lines = new StreamReader(await entry.OpenAsync(), Encoding.UTF8, detectEncodingFromByteOrderMarks: false, 1 << 16);
        var row = new object?[table.Columns.Count];
        var bytes = new byte[LineBytes];
        while (await lines.ReadLineAsync() is { } line)
        {
            var most = Encoding.UTF8.GetMaxByteCount(line.Length) + 1;
            if (bytes.Length < most) bytes = new byte[most];
            var length = Encoding.UTF8.GetBytes(line, bytes);
            bytes[length++] = (byte)'\n';
            sum.Add(bytes.AsSpan(0, length));
            RowJson.Read(bytes.AsSpan(0, length), table, row);
            yield return row;
        }
    }

    private static void Compare(TransferTable table, TransferredTable expected, TransferredTable found, string where)
    {
        if (found != expected) throw new TransferException($"{table.Name} in {where} has {found.Rows} rows with the sum {found.Sha256}, but the manifest says {expected.Rows} with {expected.Sha256}. Nothing was imported.");
    }
}
