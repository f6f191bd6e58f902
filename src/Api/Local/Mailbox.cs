using CdpPipeline.Grains.Interfaces.Ingest;

namespace CdpPipeline.Api.Local;

/// <summary>One active grain: its turns run one at a time, in the order in which they were asked for.</summary>
internal sealed class Mailbox<TGrain>(TGrain grain)
{
    private readonly Lock changing = new();
    private Queue<TaskCompletionSource>? waiting;
    private bool isBusy;

    public TGrain Grain { get; } = grain;

    /// <summary>When it was last used, on the host's monotonic clock.</summary>
    public long UsedAt { get; set; }

    /// <summary>The host has let it go: whoever still holds it asks the directory again.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>A turn is under way.</summary>
    public bool IsBusy
    {
        get
        {
            lock (changing) return isBusy;
        }
    }

    /// <summary>Waits for its turn; whoever got it must <see cref="Leave"/>.</summary>
    /// <exception cref="OverloadedException">Already <paramref name="waitingMax"/> wait.</exception>
    public ValueTask EnterAsync(int waitingMax, CancellationToken cancellationToken)
    {
        TaskCompletionSource place;
        lock (changing)
        {
            if (!isBusy)
            {
                isBusy = true;
                return ValueTask.CompletedTask;
            }

            waiting ??= new Queue<TaskCompletionSource>();
            if (waiting.Count >= waitingMax) throw new OverloadedException($"More than {waitingMax} calls wait for one grain.");
            waiting.Enqueue(place = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        return WaitAsync(place, cancellationToken);
    }

    /// <summary>Takes the turn if it is free and the grain has not been let go; whoever got it must <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        lock (changing)
        {
            if (isBusy || IsClosed) return false;
            return isBusy = true;
        }
    }

    /// <summary>Hands the turn to the next who still wants it.</summary>
    public void Leave()
    {
        lock (changing)
        {
            while (waiting is { Count: > 0 })
            {
                if (waiting.Dequeue().TrySetResult()) return;
            }

            waiting = null;
            isBusy = false;
        }
    }

    /// <summary>Closes it unless somebody holds the turn.</summary>
    public bool TryClose()
    {
        lock (changing)
        {
            if (isBusy) return false;
            return IsClosed = true;
        }
    }

    private static async ValueTask WaitAsync(TaskCompletionSource place, CancellationToken cancellationToken)
    {
        await using (cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), place))
        {
            await place.Task;
        }
    }
}
