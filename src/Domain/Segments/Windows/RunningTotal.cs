namespace CdpPipeline.Domain.Segments;

/// <summary>A time, and what all amounts of a list up to that event's come to, in 24 bytes. Only differences of totals mean anything.</summary>
internal readonly struct RunningTotal(long time, Int128 total) : IEventItem
{
    private readonly ulong low = (ulong)total;
    private readonly ulong high = (ulong)(total >> 64);

    public long Time => time;

    public Int128 Total => new(high, low);
}
