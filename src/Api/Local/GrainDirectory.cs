using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace CdpPipeline.Api.Local;

/// <summary>
/// The active grains of one kind in this process. Activates on first use; lets go those idle for long, and the longest unused ones
/// beyond a bound.
/// </summary>
internal sealed class GrainDirectory<TKey, TGrain>(Func<TKey, TGrain> create, Action<TGrain> deactivate, GrainLimits limits, TimeProvider clock)
    where TKey : notnull
    where TGrain : class
{
    private readonly ConcurrentDictionary<TKey, Mailbox<TGrain>> active = new();
    private readonly Func<TKey, Mailbox<TGrain>> open = key => new Mailbox<TGrain>(create(key));

    public int Count => active.Count;

    /// <summary>Runs one turn of the grain.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<TResult> CallAsync<TArgument, TResult>(
        TKey key, Func<TGrain, TArgument, CancellationToken, ValueTask<TResult>> turn, TArgument argument, CancellationToken cancellationToken)
    {
        var mailbox = active.GetOrAdd(key, open);
        while (true)
        {
            mailbox.UsedAt = clock.GetTimestamp();
            await mailbox.EnterAsync(limits.WaitingMax, cancellationToken);
            if (!mailbox.IsClosed) break;
            mailbox.Leave();
            active.TryRemove(new KeyValuePair<TKey, Mailbox<TGrain>>(key, mailbox));
            mailbox = active.GetOrAdd(key, open);
        }

        try
        {
            return await turn(mailbox.Grain, argument, cancellationToken);
        }
        finally
        {
            mailbox.Leave();
        }
    }

    /// <summary>
    /// Runs one turn that does not count as use: a grain that is afterwards <paramref name="isEmpty"/> is let go at once.
    /// </summary>
    public async ValueTask CallBrieflyAsync<TArgument>(
        TKey key, Func<TGrain, TArgument, CancellationToken, Task> turn, TArgument argument, Func<TGrain, bool> isEmpty, CancellationToken cancellationToken)
    {
        var mailbox = active.GetOrAdd(key, open);
        while (true)
        {
            await mailbox.EnterAsync(limits.WaitingMax, cancellationToken);
            if (!mailbox.IsClosed) break;
            mailbox.Leave();
            active.TryRemove(new KeyValuePair<TKey, Mailbox<TGrain>>(key, mailbox));
            mailbox = active.GetOrAdd(key, open);
        }

        var isDone = false;
        try
        {
            await turn(mailbox.Grain, argument, cancellationToken);
        }
        finally
        {
            isDone = isEmpty(mailbox.Grain);
            mailbox.Leave();
        }

        if (isDone) Close(key, mailbox);
    }

    /// <summary>The grain by its key, if it is active; for what may be asked of it outside its turn.</summary>
    public TGrain? Find(TKey key) => active.TryGetValue(key, out var mailbox) ? mailbox.Grain : default;

    /// <summary>Lets go of what is idle or beyond the bound. Those with a turn under way stay.</summary>
    public void Sweep()
    {
        var oldest = clock.GetTimestamp() - (long)(limits.IdleFor.TotalSeconds * clock.TimestampFrequency);
        var excess = active.Count - limits.ActiveMax;
        if (excess > 0)
        {
            var used = active.Select(pair => pair.Value.UsedAt).Order().ToArray();
            oldest = Math.Max(oldest, used[Math.Min(excess, used.Length - 1)]);
        }

        foreach (var (key, mailbox) in active)
        {
            if (mailbox.UsedAt < oldest) Close(key, mailbox);
        }
    }

    /// <summary>Lets go of all.</summary>
    public void Clear()
    {
        foreach (var (key, mailbox) in active) Close(key, mailbox);
    }

    private void Close(TKey key, Mailbox<TGrain> mailbox)
    {
        if (!mailbox.TryClose()) return;
        deactivate(mailbox.Grain);
        active.TryRemove(new KeyValuePair<TKey, Mailbox<TGrain>>(key, mailbox));
    }
}

/// <summary>The bounds of one kind of grain.</summary>
/// <param name="ActiveMax">Active grains; the longest unused beyond go within seconds.</param>
/// <param name="IdleFor">Unused for this long, a grain goes.</param>
/// <param name="WaitingMax">Calls that may wait for one grain.</param>
internal sealed record GrainLimits(int ActiveMax, TimeSpan IdleFor, int WaitingMax);
