using System.Buffers;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// The stored form of a window set: variable-length integers, seven bits a byte, low bits first. A version, the highest known condition, the number
/// of entries; for each the condition's distance from the one before, the number of timestamps, and their distances, the first (zigzag) from the
/// first of the entry before. About two bytes for an entry and five for a timestamp.
/// </summary>
public static class WindowSetFormat
{
    private const ulong Version = 1;

    public static byte[] Write(WindowSet windows)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Put(buffer, Version);
        Put(buffer, (ulong)windows.KnownThrough);
        Put(buffer, (ulong)windows.Entries.Length);
        var condition = 0;
        long first = 0;
        foreach (var entry in windows.Entries)
        {
            Put(buffer, (ulong)(entry.Condition - condition));
            Put(buffer, (ulong)entry.Times.Length);
            Put(buffer, ZigZag(entry.Times[0] - first));
            for (var i = 1; i < entry.Times.Length; i++) Put(buffer, (ulong)(entry.Times[i] - entry.Times[i - 1]));
            condition = entry.Condition;
            first = entry.Times[0];
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>What <see cref="Write"/> wrote. Throws <see cref="InvalidDataException"/> or <see cref="OverflowException"/> for anything else.</summary>
    public static WindowSet Read(ReadOnlySpan<byte> bytes)
    {
        if (Take(ref bytes) != Version) throw new InvalidDataException("A window set of an unknown version.");
        var knownThrough = checked((int)Take(ref bytes));
        // Each entry takes three bytes at least, so a length read from broken bytes cannot ask for much.
        var entries = new WindowSet.Entry[Length(Take(ref bytes), bytes.Length / 3)];
        var condition = 0;
        long first = 0;
        for (var e = 0; e < entries.Length; e++)
        {
            condition = checked(condition + (int)Take(ref bytes));
            var times = new long[Length(Take(ref bytes), bytes.Length)];
            if (times.Length == 0) throw new InvalidDataException("An entry without timestamps.");
            first += UnZigZag(Take(ref bytes));
            times[0] = first;
            for (var i = 1; i < times.Length; i++) times[i] = times[i - 1] + (long)Take(ref bytes);
            entries[e] = new WindowSet.Entry(condition, times);
        }

        if (!bytes.IsEmpty) throw new InvalidDataException("Bytes after a window set.");
        return new WindowSet(knownThrough, entries);
    }

    private static int Length(ulong length, int longest) =>
        length <= (ulong)longest ? (int)length : throw new InvalidDataException("A window set that is cut off.");

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private static void Put(ArrayBufferWriter<byte> buffer, ulong value)
    {
        var span = buffer.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7) span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        buffer.Advance(length);
    }

    private static ulong Take(ref ReadOnlySpan<byte> bytes)
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
