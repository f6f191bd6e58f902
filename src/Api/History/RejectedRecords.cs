using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CdpPipeline.Api.History;

/// <summary>Writes <c>FILE.rejected.ndjson</c>: for each record that was not taken its line, why, and the record itself, to be mended and imported by itself.</summary>
internal sealed class RejectedRecords : IDisposable
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly FileStream file;

    /// <summary>Goes on after so many bytes: what was written beyond them belongs to batches that are sent again.</summary>
    public RejectedRecords(string path, long bytes)
    {
        file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        file.SetLength(Math.Min(bytes, file.Length));
        file.Position = file.Length;
    }

    public long Bytes => file.Position;

    public void Write(IEnumerable<(HistoryLine Line, string Reason)> rejected)
    {
        foreach (var (line, reason) in rejected.OrderBy(each => each.Line.Record.Line))
        {
            using (var json = new Utf8JsonWriter(file, Options))
            {
                json.WriteStartObject();
                json.WriteNumber("line"u8, line.Record.Line);
                json.WriteString("reason"u8, reason);
                json.WriteString("record"u8, Encoding.UTF8.GetString(line.Record.Bytes.Span));
                json.WriteEndObject();
            }

            file.WriteByte((byte)'\n');
        }

        file.Flush();
    }

    public void Dispose() => file.Dispose();
}
