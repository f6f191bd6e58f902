using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace CdpPipeline.Api.Auth.Sessions;

/// <summary>
/// What a session's cookie holds: its id, its end and its key's id, signed with HMAC-SHA-256 by the store's secret over these and the key's hash. So it
/// is good on every node and after a restart, and for nothing once the key is gone or has another text. Pure.
/// </summary>
internal static class SessionToken
{
    public const int SecretBytes = 32;

    private const byte Version = 1;
    private const byte CsrfMark = 0xC5;
    private const int HeadBytes = 1 + 16 + sizeof(long);
    private const int KeyIdBytesMax = 128;
    private const int BytesMax = HeadBytes + KeyIdBytesMax + SHA256.HashSizeInBytes;

    /// <summary>The token; whole seconds count.</summary>
    public static string Write(byte[] secret, Guid id, ApiKey key, DateTimeOffset expiresAt)
    {
        var keyId = Encoding.UTF8.GetBytes(key.Id);
        var bytes = new byte[HeadBytes + keyId.Length + SHA256.HashSizeInBytes];
        bytes[0] = Version;
        id.TryWriteBytes(bytes.AsSpan(1), bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(17), expiresAt.ToUnixTimeSeconds());
        keyId.CopyTo(bytes, HeadBytes);
        Sign(secret, bytes.AsSpan(0, HeadBytes + keyId.Length), key, bytes.AsSpan(HeadBytes + keyId.Length));
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>The session; null unless the token was written with this secret for a key that is as it was. Whether it has ended is not looked at.</summary>
    public static Session? Read(byte[] secret, string? text, Func<string, ApiKey?> findKey)
    {
        if (text is null || text.Length > Base64Url.GetEncodedLength(BytesMax) || !Base64Url.IsValid(text)) return null;
        Span<byte> buffer = stackalloc byte[BytesMax + 3];
        if (!Base64Url.TryDecodeFromChars(text, buffer, out var length) || length <= HeadBytes + SHA256.HashSizeInBytes || buffer[0] != Version) return null;
        var signed = buffer[..(length - SHA256.HashSizeInBytes)];
        if (findKey(Encoding.UTF8.GetString(signed[HeadBytes..])) is not { } key) return null;
        Span<byte> signature = stackalloc byte[SHA256.HashSizeInBytes];
        Sign(secret, signed, key, signature);
        if (!CryptographicOperations.FixedTimeEquals(signature, buffer[signed.Length..length])) return null;
        var seconds = BinaryPrimitives.ReadInt64BigEndian(signed[17..]);
        return new Session(new Guid(signed[1..17], bigEndian: true), key, DateTimeOffset.FromUnixTimeSeconds(seconds), Csrf(secret, signature));
    }

    private static void Sign(byte[] secret, ReadOnlySpan<byte> signed, ApiKey key, Span<byte> signature) =>
        HMACSHA256.HashData(secret, [.. signed, .. key.KeyHash.Span], signature);

    // Another message than any token's, for its first byte is another.
    private static string Csrf(byte[] secret, ReadOnlySpan<byte> signature) => Base64Url.EncodeToString(HMACSHA256.HashData(secret, (byte[])[CsrfMark, .. signature]));
}
