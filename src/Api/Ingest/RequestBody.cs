using System.Buffers;
using System.IO.Compression;
using CdpPipeline.Api.Errors;

namespace CdpPipeline.Api.Ingest;

/// <summary>
/// A whole request body in one pooled buffer, inflated if it came as gzip. Bounded: neither what is read nor what it inflates to
/// exceeds the limit. Dispose gives the buffer back, so nothing may keep a reference into it.
/// </summary>
internal sealed class RequestBody : IDisposable
{
    private const int FirstBytes = 16 * 1024;

    private byte[] buffer = [];
    private int length;

    private RequestBody()
    {
    }

    /// <summary>Why there is no body to work with; null when there is.</summary>
    public Problem? Problem { get; private set; }

    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    public static async ValueTask<RequestBody> ReadAsync(HttpRequest request, int bytesMax, CancellationToken cancellationToken)
    {
        var body = new RequestBody();
        var encoding = request.Headers.ContentEncoding.ToString().Trim();
        var isGzip = encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase) || encoding.Equals("x-gzip", StringComparison.OrdinalIgnoreCase);
        if (!isGzip && encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)) body.Problem = Problems.UnknownEncoding(encoding);
        else if (request.ContentLength > bytesMax) body.Problem = Problems.BodyTooLarge(bytesMax);
        else await body.FillAsync(request, bytesMax, cancellationToken);
        if (isGzip && body.Problem is null) body.Inflate(bytesMax);
        return body;
    }

    public void Dispose()
    {
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        length = 0;
    }

    private async ValueTask FillAsync(HttpRequest request, int bytesMax, CancellationToken cancellationToken)
    {
        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            var arrived = result.Buffer;
            if (length + arrived.Length > bytesMax)
            {
                reader.AdvanceTo(arrived.End);
                Problem = Problems.BodyTooLarge(bytesMax);
                return;
            }

            Reserve((int)arrived.Length);
            arrived.CopyTo(buffer.AsSpan(length));
            length += (int)arrived.Length;
            reader.AdvanceTo(arrived.End);
            if (result.IsCompleted) return;
        }
    }

    private void Inflate(int bytesMax)
    {
        var packed = buffer;
        var packedLength = length;
        buffer = [];
        length = 0;
        try
        {
            using var gzip = new GZipStream(new MemoryStream(packed, 0, packedLength, writable: false), CompressionMode.Decompress);
            while (true)
            {
                Reserve(1);
                var read = gzip.Read(buffer.AsSpan(length));
                length += read;
                if (length > bytesMax) Problem = Problems.BodyTooLarge(bytesMax);
                if (read == 0 || Problem is not null) break;
            }

            if (Problem is null && false) Problem = Problems.NotGzip("The gzip data ends too early.");
        }
        catch (InvalidDataException)
        {
            Problem = Problems.NotGzip("The gzip data is broken.");
        }
        finally
        {
            if (packed.Length > 0) ArrayPool<byte>.Shared.Return(packed);
        }
    }

    // RFC 1952: a member is at least 18 bytes and ends with the inflated size modulo 2^32 (here: of a body of one member).
    private bool IsWhole(ReadOnlySpan<byte> packed) =>
        packed.Length >= 18 && System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(packed[^4..]) == (uint)length;

    private void Reserve(int bytes)
    {
        if (buffer.Length - length >= bytes) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(FirstBytes, buffer.Length * 2), length + bytes));
        Bytes.CopyTo(larger);
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
