using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;

namespace CdpPipeline.Client;

/// <summary>Makes the request body of a batch: <c>{"batch":[…],"context":{…},"sentAt":"…"}</c>, as gzip when that pays. <c>sentAt</c> lets the server correct this clock.</summary>
internal static class BatchBody
{
    /// <summary>What a batch has beside its events and the commas between them, in bytes.</summary>
    public const int EnvelopeBytes = 256;

    // The default under each event's own context.
    private static readonly byte[] AfterBatch = Encoding.UTF8.GetBytes(
        $"],\"context\":{{\"library\":{{\"name\":\"CdpPipeline.Client\",\"version\":\"{typeof(BatchBody).Assembly.GetName().Version?.ToString(3)}\"}}}},\"sentAt\":");

    public static HttpContent Of(ReadOnlySpan<QueuedCall> calls, CdpClientOptions options)
    {
        using var json = new MemoryStream();
        json.Write("{\"batch\":["u8);
        for (var i = 0; i < calls.Length; i++)
        {
            if (i > 0) json.WriteByte((byte)',');
            json.Write(calls[i].Json.Span);
        }

        json.Write(AfterBatch);
        json.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\"{options.Time.GetUtcNow().UtcDateTime:O}\"}}")));
        var isPacked = json.Length >= options.GzipBytesMin;
        var content = new ByteArrayContent(isPacked ? Packed(json) : json.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (isPacked) content.Headers.ContentEncoding.Add("gzip");
        return content;
    }

    private static byte[] Packed(MemoryStream json)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(json.GetBuffer(), 0, (int)json.Length);
        return packed.ToArray();
    }
}
