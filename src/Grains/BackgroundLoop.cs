namespace CdpPipeline.Grains;

/// <summary>
/// Work that goes on beside requests: one round after the other until it is disposed, which waits for the round under way. A round that
/// fails is told of and tried again after a pause.
/// </summary>
public sealed class BackgroundLoop(Func<CancellationToken, Task> round, Action<Exception> failed, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource stopping = new();
    private Task? running;
    private int isDisposed;

    public void Start() => running ??= Task.Run(RunAsync);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) == 1) return;
        await stopping.CancelAsync();
        if (running is not null) await running;
        stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await round(stopping.Token);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                failed(exception);
                await Task.Delay(RetryAfter, clock, CancellationToken.None);
            }
        }
    }
}
