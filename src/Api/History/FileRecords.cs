using System.Runtime.CompilerServices;

namespace CdpPipeline.Api.History;

/// <summary>
/// Reads the records of a file one after the other, from any record's beginning on: lines, or with <paramref name="isCsv"/> CSV records by RFC 4180, in
/// which a quoted field may go over several lines. Holds one record at a time.
/// </summary>
internal sealed class FileRecords(Stream file, bool isCsv)
{
    /// <summary>Longest record, in bytes.</summary>
    public const int BytesMax = 1024 * 1024;

    private readonly byte[] buffer = new byte[128 * 1024];
    private int start;
    private int end;

    public async IAsyncEnumerable<FileRecord> ReadAsync(long offset, long line, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        file.Position = offset;
        using var record = new MemoryStream();
        var (isQuoted, isTooLong, lines, first) = (false, false, 0L, true);
        while (true)
        {
            if (start == end)
            {
                (start, end) = (0, await file.ReadAsync(buffer, cancellationToken));
                if (end == 0) break;
                if (first && offset == 0 && buffer.AsSpan(0, end).StartsWith("\uFEFF"u8)) (start, offset) = (3, 3);
                first = false;
            }

            var (taken, isEnd) = Take(ref isQuoted, ref lines);
            offset += taken;
            if (record.Length + taken > BytesMax) isTooLong = true;
            if (!isTooLong) record.Write(buffer, start, taken);
            start += taken;
            if (!isEnd) continue;
            yield return Record();
            Next();
        }

        // The last line may have no end.
        if (record.Length > 0 || isTooLong) yield return Record();

        FileRecord Record()
        {
            byte[] bytes = isTooLong ? [] : record.ToArray();
            return new FileRecord(line, bytes.AsMemory().TrimEnd("\r\n"u8), offset, line + lines) { IsTooLong = isTooLong };
        }

        void Next()
        {
            line += lines;
            (isQuoted, isTooLong, lines) = (false, false, 0);
            record.SetLength(0);
        }
    }

    /// <summary>How many bytes of the buffer belong to the record, and whether it ends with them.</summary>
    private (int Taken, bool IsEnd) Take(ref bool isQuoted, ref long lines)
    {
        for (var i = start; i < end; i++)
        {
            // A doubled quote inside a quoted field leaves and enters it again.
            if (isCsv && buffer[i] == (byte)'"') isQuoted = !isQuoted;
            if (buffer[i] != (byte)'\n') continue;
            lines++;
            if (!isQuoted) return (i + 1 - start, true);
        }

        return (end - start, false);
    }
}
