namespace CdpPipeline.Testing;

/// <summary>
/// Makes a process look frozen to its PostgreSQL server, in the middle of a commit if need be: it says nothing more, and keeps its connections, until it
/// is let go.
/// </summary>
public sealed class HoldingProxy(string connectionString) : PostgresProxy(connectionString)
{
    private readonly Lock changing = new();
    private TaskCompletionSource passing = Passing();
    private TaskCompletionSource held = NewSource();
    private bool isArmed;

    /// <summary>Holds everything from the next COMMIT on, which is not passed on; done once it was seen.</summary>
    public Task HoldAtCommitAsync()
    {
        lock (changing)
        {
            isArmed = true;
            held = NewSource();
            return held.Task;
        }
    }

    /// <summary>What was held goes on.</summary>
    public void LetGo()
    {
        lock (changing)
        {
            isArmed = false;
            passing.TrySetResult();
        }
    }

    public override ValueTask DisposeAsync()
    {
        LetGo();
        return base.DisposeAsync();
    }

    protected override IPassage Open(CancellationToken stopped) => new Passage(this, stopped);

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static TaskCompletionSource Passing()
    {
        var source = NewSource();
        source.SetResult();
        return source;
    }

    private Task PassingAsync(bool isCommit)
    {
        lock (changing)
        {
            if (isCommit && isArmed)
            {
                isArmed = false;
                passing = NewSource();
                held.TrySetResult();
            }

            return passing.Task;
        }
    }

    // A frozen process does not hear that its session was ended either.
    private sealed class Passage(HoldingProxy proxy, CancellationToken stopped) : IPassage
    {
        public async ValueTask<bool> UpAsync(ReadOnlyMemory<byte> bytes)
        {
            await proxy.PassingAsync(IsCommit(bytes)).WaitAsync(stopped);
            return true;
        }

        public async ValueTask<bool> DownAsync(ReadOnlyMemory<byte> bytes)
        {
            await proxy.PassingAsync(isCommit: false).WaitAsync(stopped);
            return true;
        }
    }
}
