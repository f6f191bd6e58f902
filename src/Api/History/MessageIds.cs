using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CdpPipeline.Api.History;

/// <summary>Gives a record without a messageId one that it has in every run: by its line and its content.</summary>
internal static class MessageIds
{
    public static string Of(FileRecord record)
    {
        Span<byte> line = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(line, record.Line);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(line);
        hash.AppendData(record.Bytes.Span);
        return $"import-{Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16))}";
    }
}
