using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Tells values apart by 128 bits of the SHA-256 of their canonical text. Equal values have equal hashes; that different ones have too is not
/// to be expected in a world's lifetime. The hash is stored, so it never changes.
/// </summary>
internal static class ValueHash
{
    /// <summary>Of a text, a number (1 and 1.0 are one) or a truth; null for anything else.</summary>
    public static UInt128? Of(JsonElement element)
    {
        var value = FieldValue.Of(element);
        return value.Kind switch
        {
            ValueKind.Text => Hash("t" + value.Text),
            ValueKind.Number => Hash("n" + value.Number),
            ValueKind.True => Hash("yes"),
            ValueKind.False => Hash("no"),
            _ => null,
        };
    }

    private static UInt128 Hash(string canonical)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(canonical.AsSpan()), hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
