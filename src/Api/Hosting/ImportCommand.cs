using CdpPipeline.Api.History;

namespace CdpPipeline.Api.Hosting;

/// <summary>
/// <c>import FILE</c> with history in NDJSON or CSV sends it to a running program. A file that <c>export</c> wrote is <see cref="TransferCommand"/>'s.
/// </summary>
internal sealed class ImportCommand
{
    private readonly string path;
    private readonly string[] arguments;

    private ImportCommand(string path, string[] arguments)
    {
        this.path = path;
        this.arguments = arguments;
    }

    /// <summary>The command, or null when the arguments are another.</summary>
    public static ImportCommand? Read(string[] args) =>
        args is ["import", { Length: > 0 } path, .. var rest] && path[0] != '-' && File.Exists(path) && !IsArchive(path) ? new ImportCommand(path, rest) : null;

    /// <summary>0: everything was taken. 1: it could not begin or go on. 2: some records were rejected.</summary>
    public async Task<int> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        try
        {
            var options = ImportOptions.Read(path, arguments, WebApplication.CreateSlimBuilder([]).Configuration);
            var progress = await new HistoryImport(options, output, TimeProvider.System).RunAsync(cancellationToken);
            if (progress.Rejected == 0) return 0;
            await output.WriteLineAsync($"See {path}.rejected.ndjson for what was rejected, and why.");
            return 2;
        }
        catch (Exception exception) when (exception is ImportException or IOException or UnauthorizedAccessException)
        {
            await output.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    // What export writes is a ZIP archive.
    private static bool IsArchive(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> first = stackalloc byte[2];
        return file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) == first.Length && first.SequenceEqual("PK"u8);
    }
}
