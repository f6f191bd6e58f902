using System.Buffers;
using static CdpPipeline.Domain.Segments.PackedIntegers;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// The stored form of a window set, in <see cref="PackedIntegers"/>. A version, the highest known condition, the number of entries; for each the
/// condition's distance from the one before, the number of timestamps, their distances, the first (zigzag) from the first of the entry before,
/// and an <see cref="EventListFormat"/>. About three bytes for an entry and five for a timestamp. Version 1 had no lists, and reads as such.
/// </summary>
public static class WindowSetFormat
{
    private const ulong Version = 2;

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
            condition = entry.Condition;
            if (entry.Times.Length > 0)
            {
                Put(buffer, ZigZag(entry.Times[0] - first));
                for (var i = 1; i < entry.Times.Length; i++) Put(buffer, (ulong)(entry.Times[i] - entry.Times[i - 1]));
                first = entry.Times[0];
            }

            EventListFormat.Write(buffer, entry.List);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>What <see cref="Write"/> wrote. Throws <see cref="InvalidDataException"/> or <see cref="OverflowException"/> for anything else.</summary>
    public static WindowSet Read(ReadOnlySpan<byte> bytes)
    {
        var version = Take(ref bytes);
        if (version is not (1 or Version)) throw new InvalidDataException("A window set of an unknown version.");
        var knownThrough = checked((int)Take(ref bytes));
        // Each entry takes three bytes at least, so a length read from broken bytes cannot ask for much.
        var entries = new WindowSet.Entry[Length(Take(ref bytes), bytes.Length / 3)];
        var condition = 0;
        long first = 0;
        for (var e = 0; e < entries.Length; e++)
        {
            condition = checked(condition + (int)Take(ref bytes));
            var times = new long[Length(Take(ref bytes), bytes.Length)];
            if (times.Length > 0) times[0] = first += UnZigZag(Take(ref bytes));
            for (var i = 1; i < times.Length; i++) times[i] = times[i - 1] + (long)Take(ref bytes);
            var list = version == 1 ? null : EventListFormat.Read(ref bytes);
            if (times.Length == 0 && version == 1) throw new InvalidDataException("An entry without timestamps.");
            entries[e] = new WindowSet.Entry(condition, times, list);
        }

        if (!bytes.IsEmpty) throw new InvalidDataException("Bytes after a window set.");
        return new WindowSet(knownThrough, entries);
    }
}
