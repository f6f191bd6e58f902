using System.Security.Cryptography;
using System.Text;
using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Grains.Erasing;

/// <summary>
/// The keyed hash under which a suppressed identifier is kept: HMAC-SHA-256 of its kind and value, the first 128 bits. Without the key nobody can
/// try out values.
/// </summary>
public sealed class IdentifierHash(byte[] key)
{
    public const int KeyBytes = 32;

    private const int StackBytesMax = 512;

    public Guid Of(Identifier identifier)
    {
        var most = Encoding.UTF8.GetMaxByteCount(identifier.Value.Length) + 1;
        var buffer = most <= StackBytesMax ? stackalloc byte[StackBytesMax] : new byte[most];
        buffer[0] = (byte)identifier.Kind;
        var length = Encoding.UTF8.GetBytes(identifier.Value, buffer[1..]) + 1;
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, buffer[..length], hash);
        return new Guid(hash[..16], bigEndian: true);
    }
}
