namespace CdpPipeline.Api.Audit;

/// <summary>
/// Ids of a process' entries, which ascend as they are drawn, also within one millisecond and where the clock is set back: version 7 with a counter in the
/// twelve bits behind the time (RFC 9562, 6.2, method 1).
/// </summary>
internal sealed class EntryIds
{
    private const int CounterMax = 0xFFF;

    private readonly Lock turn = new();
    private long milliseconds;
    private int counter;

    public Guid Next(DateTimeOffset now)
    {
        var (time, count) = Advance(now.ToUnixTimeMilliseconds());
        Span<byte> id = stackalloc byte[16];
        Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(time)).TryWriteBytes(id, bigEndian: true, out _);
        id[6] = (byte)(0x70 | (count >> 8));
        id[7] = (byte)count;
        return new Guid(id, bigEndian: true);
    }

    private (long Time, int Count) Advance(long now)
    {
        lock (turn)
        {
            if (now > milliseconds) (milliseconds, counter) = (now, 0);
            else if (counter == CounterMax) (milliseconds, counter) = (milliseconds + 1, 0);
            else counter++;
            return (milliseconds, counter);
        }
    }
}
