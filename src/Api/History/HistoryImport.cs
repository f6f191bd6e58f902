using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CdpPipeline.Api.History;

/// <summary>
/// One run: reads the file batch by batch, sends some at once, and takes their answers in the order of the file. After each answer it writes down how far it
/// is, so that a run that was cut short is gone on with; the batches in between are sent again and found to be there already.
/// </summary>
internal sealed class HistoryImport(ImportOptions options, TextWriter output, TimeProvider clock)
{
    private const int BeginMax = 4096;

    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(1);

    private string ProgressPath => options.Path + ".progress";

    private string RejectedPath => options.Path + ".rejected.ndjson";

    /// <summary>How far it has come.</summary>
    public async Task<ImportProgress> RunAsync(CancellationToken cancellationToken)
    {
        await using var file = new FileStream(options.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1);
        var known = options.Restarts ? null : ImportProgress.Read(ProgressPath);
        var begin = known?.Begin ?? (int)Math.Min(BeginMax, file.Length);
        var fingerprint = await FingerprintAsync(file, begin, cancellationToken);
        if (known is not null && (known.Fingerprint != fingerprint || known.Offset > file.Length))
            throw new ImportException($"{ProgressPath} is of another file, server or mapping. Remove it or give --restart true to begin anew: what is stored already is not stored twice.");
        var progress = known ?? new ImportProgress(fingerprint, begin);
        if (progress.Offset > 0) await output.WriteLineAsync($"Going on at line {progress.Line}.");

        using var sender = new ImportSender(options, clock);
        using var rejected = new RejectedRecords(RejectedPath, progress.RejectedBytes);
        var format = await FormatAsync(file, cancellationToken);
        var (startedAt, startedLine, toldAt) = (clock.GetTimestamp(), progress.Line, clock.GetTimestamp());
        var underWay = new Queue<(ImportBatch Batch, Task<ImportAnswer> Answer)>();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await foreach (var batch in ImportBatch.ReadAsync(RecordsAsync(file, progress, cancellationToken), format))
            {
                underWay.Enqueue((batch, sender.SendAsync(batch.Calls, stopping.Token)));
                if (underWay.Count >= options.AtOnce) await TakeAsync();
            }

            while (underWay.Count > 0) await TakeAsync();
        }
        finally
        {
            await stopping.CancelAsync();
            await Task.WhenAll(underWay.Select(each => each.Answer)).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        progress.Write(ProgressPath);
        Tell();
        return progress;

        async Task TakeAsync()
        {
            var (batch, answering) = underWay.Peek();
            var answer = await answering;
            underWay.Dequeue();
            var bad = batch.Bad.Select(line => (line, line.Fault!)).Concat(answer.Rejected).ToList();
            rejected.Write(bad);
            progress = progress with
            {
                Offset = batch.NextOffset,
                Line = batch.NextLine,
                Accepted = progress.Accepted + answer.Accepted,
                Duplicates = progress.Duplicates + answer.Duplicates,
                Rejected = progress.Rejected + bad.Count,
                RejectedBytes = rejected.Bytes,
            };
            progress.Write(ProgressPath);
            if (clock.GetElapsedTime(toldAt) < TellEvery) return;
            toldAt = clock.GetTimestamp();
            Tell();
        }

        void Tell()
        {
            var seconds = Math.Max(clock.GetElapsedTime(startedAt).TotalSeconds, 0.001);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{100.0 * progress.Offset / Math.Max(file.Length, 1):0.0} %, line {progress.Line:N0}, {(progress.Line - startedLine) / seconds:N0} lines/s: {progress.Accepted:N0} stored, {progress.Duplicates:N0} there already, {progress.Rejected:N0} rejected"));
        }
    }

    private async Task<IHistoryFormat> FormatAsync(FileStream file, CancellationToken cancellationToken)
    {
        if (!options.IsCsv) return new NdjsonFormat();
        await foreach (var header in new FileRecords(file, isCsv: true).ReadAsync(0, 1, cancellationToken)) return CsvFormat.Of(header, options);
        throw new ImportException($"{options.Path} is empty; CSV needs a header.");
    }

    private async IAsyncEnumerable<FileRecord> RecordsAsync(FileStream file, ImportProgress progress, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var isHeader = options.IsCsv && progress.Offset == 0;
        await foreach (var record in new FileRecords(file, options.IsCsv).ReadAsync(progress.Offset, progress.Line, cancellationToken))
        {
            if (!isHeader) yield return record;
            isHeader = false;
        }
    }

    private async Task<string> FingerprintAsync(FileStream file, int begin, CancellationToken cancellationToken)
    {
        var first = new byte[begin];
        file.Position = 0;
        var read = await file.ReadAtLeastAsync(first, begin, throwOnEndOfStream: false, cancellationToken);
        return Convert.ToHexStringLower(SHA256.HashData([.. first.AsSpan(0, read), .. Encoding.UTF8.GetBytes(options.Terms)]));
    }
}
