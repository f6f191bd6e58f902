using CdpPipeline.Api.Local;
using CdpPipeline.Api.Segments;
using CdpPipeline.Storage.Transfer;
using Microsoft.Extensions.Logging.Abstractions;

namespace CdpPipeline.Api.Hosting;

/// <summary>
/// <c>export FILE</c> writes everything that the configured store keeps into a file; <c>import FILE</c> fills an empty store with it. Settings are
/// those of the server.
/// </summary>
internal sealed class TransferCommand
{
    private readonly bool isExport;
    private readonly string path;
    private readonly string[] settings;

    private TransferCommand(bool isExport, string path, string[] settings)
    {
        this.isExport = isExport;
        this.path = path;
        this.settings = settings;
    }

    /// <summary>The command, or null when the program is to serve.</summary>
    /// <exception cref="SettingException">There is no file behind it.</exception>
    public static TransferCommand? Read(string[] args)
    {
        if (args is not [("export" or "import") and var name, .. var rest]) return null;
        if (rest is not [{ Length: > 0 } path, .. var settings] || path.StartsWith('-')) throw new SettingException($"{name} needs a file: {name} FILE [settings].");
        return new TransferCommand(name == "export", path, settings);
    }

    public async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var configuration = WebApplication.CreateSlimBuilder(settings).Configuration;
        await using var unheard = new LocalMembershipStream(new ChangedSegments(), NullLogger<LocalMembershipStream>.Instance);
        var store = await OpenStore.OpenAsync(configuration, unheard, TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
        await using var lifetime = store.Lifetime;
        var manifest = isExport
            ? await StoreArchive.ExportAsync(store.Transfer, path, TimeProvider.System, cancellationToken)
            : await StoreArchive.ImportAsync(store.Transfer, path, cancellationToken);
        foreach (var (name, table) in manifest.Tables) await output.WriteLineAsync($"{name,-24}{table.Rows,14:N0}  {table.Sha256}");
        await output.WriteLineAsync(isExport ? $"Exported to {path}." : $"Imported from {path}, read again and compared.");
    }
}
