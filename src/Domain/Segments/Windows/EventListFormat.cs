using System.Buffers;
using CdpPipeline.Domain.ComputedTraits;
using static CdpPipeline.Domain.Segments.PackedIntegers;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// The stored form of an event list: its kind, its floor, its own numbers, how many items, and the items, each with its time's distance from the
/// one before. A zero stands for no list.
/// </summary>
internal static class EventListFormat
{
    private const ulong None = 0, Floor = 1, Amounts = 2, Values = 3, Steps = 4, Traits = 5;

    public static void Write(ArrayBufferWriter<byte> buffer, EventList? list)
    {
        switch (list)
        {
            case null:
                Put(buffer, None);
                break;
            case TimesFloor:
                PutHead(buffer, Floor, list.Floor);
                break;
            case AmountList amounts:
                PutHead(buffer, Amounts, list.Floor);
                Put(buffer, (ulong)amounts.Count);
                PutWide(buffer, amounts.Sum);
                PutItems<AmountItem>(buffer, amounts.ToAmounts(), static (to, item) => PutWide(to, item.Amount));
                break;
            case ValueTimes values:
                PutHead(buffer, Values, list.Floor);
                PutItems<ValueItem>(buffer, values.Items, static (to, item) => PutWide(to, (Int128)item.Value));
                break;
            case SequenceList sequence:
                PutHead(buffer, Steps, list.Floor);
                Put(buffer, (ulong)sequence.Settled);
                Put(buffer, ZigZag(sequence.DroppedBefore));
                Put(buffer, ZigZag(sequence.OpenBefore));
                PutItems(buffer, sequence.Items, static (to, item) =>
                {
                    Put(to, ZigZag(item.ReceivedAt - item.Time));
                    Put(to, ZigZag(item.Component));
                    Put(to, ZigZag(item.Seq));
                    Put(to, item.Steps);
                });
                break;
            case TraitList traits:
                PutHead(buffer, Traits, list.Floor);
                TraitListFormat.Write(buffer, traits);
                break;
            default:
                throw new ArgumentException($"{list} is not known here.", nameof(list));
        }
    }

    public static EventList? Read(ref ReadOnlySpan<byte> bytes)
    {
        var kind = Take(ref bytes);
        if (kind == None) return null;
        var floor = UnZigZag(Take(ref bytes));
        switch (kind)
        {
            case Floor:
                return new TimesFloor(floor);
            case Amounts:
                var (count, sum) = ((long)Take(ref bytes), TakeWide(ref bytes));
                return AmountList.Of(TakeItems(ref bytes, TakeAmount), count, sum, floor);
            case Values:
                return new ValueTimes(TakeItems(ref bytes, TakeValue), floor);
            case Steps:
                var settled = checked((int)Take(ref bytes));
                var (dropped, open) = (UnZigZag(Take(ref bytes)), UnZigZag(Take(ref bytes)));
                return new SequenceList(new SharedItems<StepItem>(TakeItems(ref bytes, TakeStep)), settled, dropped, open, floor);
            case Traits:
                return TraitListFormat.Read(ref bytes, floor);
            default:
                throw new InvalidDataException("An event list of an unknown kind.");
        }
    }

    private delegate T TakeItem<T>(long time, ref ReadOnlySpan<byte> bytes);

    private static AmountItem TakeAmount(long time, ref ReadOnlySpan<byte> bytes) => new(time, TakeWide(ref bytes));

    private static ValueItem TakeValue(long time, ref ReadOnlySpan<byte> bytes) => new(time, (UInt128)TakeWide(ref bytes));

    private static StepItem TakeStep(long time, ref ReadOnlySpan<byte> bytes) =>
        new(time, time + UnZigZag(Take(ref bytes)), UnZigZag(Take(ref bytes)), UnZigZag(Take(ref bytes)), checked((byte)Take(ref bytes)));

    private static void PutHead(ArrayBufferWriter<byte> buffer, ulong kind, long floor)
    {
        Put(buffer, kind);
        Put(buffer, ZigZag(floor));
    }

    private static void PutItems<T>(ArrayBufferWriter<byte> buffer, ReadOnlySpan<T> items, Action<ArrayBufferWriter<byte>, T> putRest)
        where T : struct, IEventItem
    {
        Put(buffer, (ulong)items.Length);
        long time = 0;
        foreach (var item in items)
        {
            Put(buffer, ZigZag(item.Time - time));
            putRest(buffer, item);
            time = item.Time;
        }
    }

    private static T[] TakeItems<T>(ref ReadOnlySpan<byte> bytes, TakeItem<T> takeRest)
        where T : struct, IEventItem
    {
        // Each item takes three bytes at least.
        var items = new T[Length(Take(ref bytes), bytes.Length / 3)];
        long time = 0;
        for (var i = 0; i < items.Length; i++)
        {
            time += UnZigZag(Take(ref bytes));
            items[i] = takeRest(time, ref bytes);
        }

        return items;
    }
}
