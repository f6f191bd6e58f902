using System.Security.Cryptography;

namespace CdpPipeline.Storage.Transfer;

/// <summary>Counts lines and sums them up.</summary>
internal sealed class RowSum : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long rows;

    public void Add(ReadOnlySpan<byte> line)
    {
        hash.AppendData(line);
        rows++;
    }

    public TransferredTable End() => new(rows, Convert.ToHexStringLower(hash.GetHashAndReset()));

    public void Dispose() => hash.Dispose();
}
