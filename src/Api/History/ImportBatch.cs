namespace CdpPipeline.Api.History;

/// <summary>Records that follow each other in the file: the calls among them, the bad ones, and where the next batch begins.</summary>
internal sealed record ImportBatch(IReadOnlyList<HistoryLine> Calls, IReadOnlyList<HistoryLine> Bad, long NextOffset, long NextLine)
{
    public const int CallsMax = 500;

    /// <summary>When a batch has so many bytes, no more are added.</summary>
    public const int BytesEnough = 1024 * 1024;

    /// <summary>The body of a request with some of the calls.</summary>
    public static byte[] Body(IReadOnlyList<HistoryLine> calls)
    {
        using var body = new MemoryStream();
        body.Write("{\"batch\":["u8);
        for (var i = 0; i < calls.Count; i++)
        {
            if (i > 0) body.WriteByte((byte)',');
            body.Write(calls[i].Call);
        }

        body.Write("]}"u8);
        return body.ToArray();
    }

    /// <summary>Takes the records up, batch by batch; blank lines are passed over.</summary>
    public static async IAsyncEnumerable<ImportBatch> ReadAsync(IAsyncEnumerable<FileRecord> records, IHistoryFormat format)
    {
        List<HistoryLine> calls = [];
        List<HistoryLine> bad = [];
        var (bytes, last) = (0, default(FileRecord));
        await foreach (var record in records)
        {
            last = record;
            if (record.IsBlank) continue;
            var line = record.IsTooLong ? new HistoryLine(record, null, $"is longer than {FileRecords.BytesMax} bytes") : format.Read(record);
            (line.Call is null ? bad : calls).Add(line);
            bytes += line.Call?.Length ?? record.Bytes.Length;
            if (calls.Count + bad.Count < CallsMax && bytes < BytesEnough) continue;
            yield return new ImportBatch(calls, bad, record.NextOffset, record.NextLine);
            (calls, bad, bytes) = ([], [], 0);
        }

        if (last != default) yield return new ImportBatch(calls, bad, last.NextOffset, last.NextLine);
    }
}
