using System.Buffers;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Integers of variable length: seven bits a byte, low bits first. Reading anything else throws <see cref="InvalidDataException"/>.
/// </summary>
internal static class PackedIntegers
{
    /// <summary>A length that was read, which broken bytes cannot make larger than what follows them.</summary>
    public static int Length(ulong length, int longest) =>
        length <= (ulong)longest ? (int)length : throw new InvalidDataException("A window set that is cut off.");

    public static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    public static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    /// <summary>Two integers: the low half and the high half, zigzag, so that small numbers of either sign are short.</summary>
    public static void PutWide(ArrayBufferWriter<byte> buffer, Int128 value)
    {
        var folded = (UInt128)((value << 1) ^ (value >> 127));
        Put(buffer, (ulong)folded);
        Put(buffer, (ulong)(folded >> 64));
    }

    public static Int128 TakeWide(ref ReadOnlySpan<byte> bytes)
    {
        var low = Take(ref bytes);
        var folded = new UInt128(Take(ref bytes), low);
        return (Int128)(folded >> 1) ^ -(Int128)(folded & 1);
    }

    public static void Put(ArrayBufferWriter<byte> buffer, ulong value)
    {
        var span = buffer.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7) span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        buffer.Advance(length);
    }

    public static ulong Take(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var i = 0; i < bytes.Length && i < 10; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] >= 0x80) continue;
            bytes = bytes[(i + 1)..];
            return value;
        }

        throw new InvalidDataException("A window set that is cut off.");
    }
}
