using System.Buffers;
using System.Text;
using static CdpPipeline.Domain.Segments.PackedIntegers;

namespace CdpPipeline.Domain.ComputedTraits;

/// <summary>
/// The stored form of a trait list after its floor: the items that count for good and the single ones, each list with how many they are; of each
/// item its time's distance from the one before, and what else it says. A text is its length in bytes plus one, and UTF-8; a zero for none.
/// </summary>
internal static class TraitListFormat
{
    // A time, an arrival, a component, a seq, a count, two of an amount, a text.
    private const int ItemBytesMin = 8;

    public static void Write(ArrayBufferWriter<byte> buffer, TraitList list)
    {
        Write(buffer, list.Settled);
        Write(buffer, list.Items);
    }

    public static TraitList Read(ref ReadOnlySpan<byte> bytes, long floor)
    {
        var settled = Read(ref bytes);
        return new TraitList(settled, Read(ref bytes), floor);
    }

    private static void Write(ArrayBufferWriter<byte> buffer, TraitItem[] items)
    {
        Put(buffer, (ulong)items.Length);
        long time = 0;
        foreach (var item in items)
        {
            Put(buffer, ZigZag(item.Time - time));
            Put(buffer, ZigZag(item.ReceivedAt - item.Time));
            Put(buffer, ZigZag(item.Component));
            Put(buffer, ZigZag(item.Seq));
            Put(buffer, (ulong)item.Count);
            PutWide(buffer, item.Amount);
            Put(buffer, item.Value is null ? 0 : (ulong)Encoding.UTF8.GetByteCount(item.Value) + 1);
            if (item.Value is not null) Encoding.UTF8.GetBytes(item.Value, buffer);
            time = item.Time;
        }
    }

    private static TraitItem[] Read(ref ReadOnlySpan<byte> bytes)
    {
        var items = new TraitItem[Length(Take(ref bytes), bytes.Length / ItemBytesMin)];
        long time = 0;
        for (var i = 0; i < items.Length; i++)
        {
            time += UnZigZag(Take(ref bytes));
            var receivedAt = time + UnZigZag(Take(ref bytes));
            var (component, seq, count) = (UnZigZag(Take(ref bytes)), UnZigZag(Take(ref bytes)), (long)Take(ref bytes));
            var amount = TakeWide(ref bytes);
            items[i] = new TraitItem(time, receivedAt, component, seq, count, amount, TakeText(ref bytes));
        }

        return items;
    }

    private static string? TakeText(ref ReadOnlySpan<byte> bytes)
    {
        var length = Length(Take(ref bytes), bytes.Length + 1) - 1;
        if (length < 0) return null;
        var text = Encoding.UTF8.GetString(bytes[..length]);
        bytes = bytes[length..];
        return text;
    }
}
