using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using CdpPipeline.Api.Errors;
using CdpPipeline.Grains.Interfaces.Ingest;

namespace CdpPipeline.Api.Ingest;

/// <summary>
/// A whole request body in one pooled buffer, inflated if it came as gzip. Bounded: neither what is read nor what it inflates to
/// exceeds the limit. Dispose gives the buffer back, so nothing may keep a reference into it.
/// </summary>
internal sealed class RequestBody : IDisposable
{
    private const int FirstBytes = 16 * 1024;
    private const int MemberBytesMin = 18;

    private readonly BodyBudget? budget;
    private byte[] buffer = [];
    private int length;

    private RequestBody(BodyBudget? budget) => this.budget = budget;

    /// <summary>Why there is no body to work with; null when there is.</summary>
    public Problem? Problem { get; private set; }

    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    /// <summary>Reads outside any budget, for callers who are few and known: throws what the connection throws.</summary>
    public static ValueTask<RequestBody> ReadAsync(HttpRequest request, int bytesMax, CancellationToken cancellationToken) =>
        ReadAsync(request, bytesMax, null, cancellationToken);

    /// <summary>Throws <see cref="OverloadedException"/> when the budget is used up, and what the connection throws.</summary>
    public static async ValueTask<RequestBody> ReadAsync(HttpRequest request, int bytesMax, BodyBudget? budget, CancellationToken cancellationToken)
    {
        var body = new RequestBody(budget);
        try
        {
            await body.TakeAsync(request, bytesMax, cancellationToken);
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Return(buffer);
        buffer = [];
        length = 0;
    }

    private async ValueTask TakeAsync(HttpRequest request, int bytesMax, CancellationToken cancellationToken)
    {
        var encoding = request.Headers.ContentEncoding.ToString().Trim();
        var isGzip = encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase) || encoding.Equals("x-gzip", StringComparison.OrdinalIgnoreCase);
        if (!isGzip && encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)) Problem = Problems.UnknownEncoding;
        else if (request.ContentLength > bytesMax) Problem = Problems.BodyTooLarge(bytesMax);
        else await FillAsync(request, bytesMax, cancellationToken);
        if (isGzip && Problem is null) Inflate(bytesMax);
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

            if (Problem is null && packedLength > 0 && !IsWhole(packed.AsSpan(0, packedLength))) Problem = Problems.NotGzip("The gzip data ends too early.");
        }
        catch (InvalidDataException)
        {
            Problem = Problems.NotGzip("The gzip data is broken.");
        }
        finally
        {
            Return(packed);
        }
    }

    // GZipStream notices a cut anywhere but right before the trailer. RFC 1952: the trailer ends with the member's inflated size
    // modulo 2^32, which is less than the whole where there are several members.
    private bool IsWhole(ReadOnlySpan<byte> packed)
    {
        if (packed.Length < MemberBytesMin) return false;
        var size = BinaryPrimitives.ReadUInt32LittleEndian(packed[^4..]);
        return size == length || (size < length && packed[1..].IndexOf((ReadOnlySpan<byte>)[0x1F, 0x8B, 0x08]) >= 0);
    }

    private void Reserve(int bytes)
    {
        if (buffer.Length - length >= bytes) return;
        var larger = Rent(Math.Max(Math.Max(FirstBytes, buffer.Length * 2), length + bytes));
        Bytes.CopyTo(larger);
        Return(buffer);
        buffer = larger;
    }

    private byte[] Rent(int bytes)
    {
        var rented = ArrayPool<byte>.Shared.Rent(bytes);
        try
        {
            budget?.Take(rented.Length);
            return rented;
        }
        catch (OverloadedException)
        {
            ArrayPool<byte>.Shared.Return(rented);
            throw;
        }
    }

    private void Return(byte[] rented)
    {
        if (rented.Length == 0) return;
        ArrayPool<byte>.Shared.Return(rented);
        budget?.Release(rented.Length);
    }
}
