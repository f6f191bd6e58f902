using CdpPipeline.Domain.Events;

namespace CdpPipeline.Bench;

/// <summary>Events of ten thousand people that keep arriving at a steady rate until it is disposed.</summary>
internal sealed class ArrivingEvents : IAsyncDisposable
{
    private const int Batch = 100;
    private const int People = 10_000;

    private readonly BenchHost host;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task running;
    private long stored;

    /// <param name="host">Where they arrive.</param>
    /// <param name="perSecond">How many; 0 for none.</param>
    public ArrivingEvents(BenchHost host, int perSecond)
    {
        this.host = host;
        running = perSecond == 0 ? Task.CompletedTask : Task.Run(() => RunAsync(perSecond));
    }

    public long Stored => Interlocked.Read(ref stored);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
        stopping.Dispose();
    }

    private async Task RunAsync(int perSecond)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(8.0 * Batch / perSecond));
        var random = new Random(1);
        var under = new List<Task>();
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token))
            {
                under.RemoveAll(task => task.IsCompleted);
                for (var i = 0; i < 8 && under.Count < 64; i++)
                {
                    var events = new List<Event>();
                    for (var j = 0; j < Batch; j++) events.Add(host.Events.For(BenchHost.Person(random.Next(People))));
                    under.Add(SendAsync(events));
                }
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(under);
        }
    }

    private async Task SendAsync(List<Event> events)
    {
        await host.Ingest.IngestAsync(events, CancellationToken.None);
        Interlocked.Add(ref stored, events.Count);
    }
}
