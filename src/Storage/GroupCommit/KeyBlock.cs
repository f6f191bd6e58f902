namespace CdpPipeline.Storage.GroupCommit;

/// <summary>Gives out dense keys from blocks that the store reserves; a block is this process's alone. What is left of one at the end is skipped.</summary>
internal sealed class KeyBlock(Func<CancellationToken, Task<long>> reserve) : IDisposable
{
    /// <summary>Keys in a block. The stores' sequences step by it.</summary>
    public const int Size = 1_000;

    private readonly SemaphoreSlim gate = new(1);
    private readonly Lock mutex = new();
    private long next;
    private long end;

    public ValueTask<long> NextAsync(CancellationToken cancellationToken) =>
        TryTake(out var key) ? ValueTask.FromResult(key) : ReserveAsync(cancellationToken);

    public void Dispose() => gate.Dispose();

    private async ValueTask<long> ReserveAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            long key;
            while (!TryTake(out key))
            {
                var first = await reserve(cancellationToken);
                lock (mutex) (next, end) = (first, first + Size);
            }

            return key;
        }
        finally
        {
            gate.Release();
        }
    }

    private bool TryTake(out long key)
    {
        lock (mutex)
        {
            key = next;
            if (next >= end) return false;
            next++;
            return true;
        }
    }
}
