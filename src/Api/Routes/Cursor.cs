using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace CdpPipeline.Api.Routes;

/// <summary>
/// A place in a list, as an opaque text. It grants nothing and hides nothing; a checksum over the place and the list's name sees to it that
/// a cursor which was altered, cut or taken from another list is recognised.
/// </summary>
internal static class Cursor
{
    private const int ChecksumBytes = 8;
    private const int NumbersMax = 4;

    public static string Write(string list, params ReadOnlySpan<long> place)
    {
        Span<byte> bytes = stackalloc byte[(place.Length * sizeof(long)) + ChecksumBytes];
        for (var i = 0; i < place.Length; i++) BinaryPrimitives.WriteInt64BigEndian(bytes[(i * sizeof(long))..], place[i]);
        Checksum(list, bytes[..^ChecksumBytes], bytes[^ChecksumBytes..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>False unless <see cref="Write"/> wrote exactly this text for this list; <paramref name="place"/> has the expected length.</summary>
    public static bool TryRead(string list, string text, Span<long> place)
    {
        Span<byte> bytes = stackalloc byte[(NumbersMax * sizeof(long)) + ChecksumBytes];
        var length = (place.Length * sizeof(long)) + ChecksumBytes;
        if (text.Length != Base64Url.GetEncodedLength(length) || !Base64Url.IsValid(text)
            || !Base64Url.TryDecodeFromChars(text, bytes, out var written) || written != length) return false;
        Span<byte> checksum = stackalloc byte[ChecksumBytes];
        Checksum(list, bytes[..(length - ChecksumBytes)], checksum);
        if (!checksum.SequenceEqual(bytes[(length - ChecksumBytes)..length])) return false;
        for (var i = 0; i < place.Length; i++) place[i] = BinaryPrimitives.ReadInt64BigEndian(bytes[(i * sizeof(long))..]);

        // The last character has bits to spare, which must be what they were too.
        return Base64Url.EncodeToString(bytes[..length]) == text;
    }

    private static void Checksum(string list, ReadOnlySpan<byte> place, Span<byte> checksum)
    {
        Span<byte> whole = stackalloc byte[64 + (NumbersMax * sizeof(long))];
        var length = Encoding.UTF8.GetBytes(list, whole[..64]);
        place.CopyTo(whole[length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(whole[..(length + place.Length)], hash);
        hash[..ChecksumBytes].CopyTo(checksum);
    }
}
