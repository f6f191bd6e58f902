using System.Runtime.InteropServices;
using CdpPipeline.Domain.Profiles;

namespace CdpPipeline.Storage.Rows;

/// <summary>A block of fingerprints as it is stored: its hashes, 8 bytes each, then their seqs, 4 bytes each, in little-endian order.</summary>
internal static class MessageBlockBytes
{
    private const int EntryBytes = sizeof(long) + sizeof(int);

    public static byte[] Write(MessageBlock block) =>
        [.. MemoryMarshal.AsBytes(block.Hashes.Span), .. MemoryMarshal.AsBytes(block.Seqs.Span)];

    public static MessageBlock Read(long component, int number, ReadOnlySpan<byte> bytes)
    {
        var hashesBytes = bytes.Length / EntryBytes * sizeof(long);
        return new MessageBlock(
            component, number, MemoryMarshal.Cast<byte, long>(bytes[..hashesBytes]).ToArray(), MemoryMarshal.Cast<byte, int>(bytes[hashesBytes..]).ToArray());
    }
}
