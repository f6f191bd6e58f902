using CdpPipeline.Faults.Tests.Processes;

namespace CdpPipeline.Faults.Tests.Load;

/// <summary>Many clients at once on one program.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    private const int Watchers = 2;

    private static readonly TimeSpan SettleMax = TimeSpan.FromMinutes(1);

    // A node that has come back is to have its share of them.
    private static readonly TimeSpan ConnectionMax = TimeSpan.FromSeconds(2);

    private readonly HttpClient http;
    private readonly CancellationTokenSource stop = new();
    private readonly CancellationTokenSource giveUp;
    private readonly Task clients;
    private readonly Task watchers;

    public Crowd(CdpProcess program, CallLedger ledger, int clientCount, int seed, CancellationToken cancellationToken)
    {
        var connections = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2), PooledConnectionLifetime = ConnectionMax };
        http = new HttpClient(connections) { BaseAddress = program.Address, Timeout = TimeSpan.FromSeconds(30) };
        giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var generator = new CallGenerator(ledger, TimeProvider.System);
        var sender = new CallSender(http, ledger);
        clients = Task.WhenAll(Enumerable.Range(0, clientCount).Select(i =>
            Task.Run(() => new LoadClient(sender, generator, Pace, new Random(seed + i)).RunAsync(stop.Token, giveUp.Token), giveUp.Token)));
        watchers = Task.WhenAll(Enumerable.Range(0, Watchers).Select(_ => Task.Run(() => new Watcher(http, ledger).RunAsync(stop.Token), stop.Token)));
    }

    public Pace Pace { get; } = new();

    /// <summary>No more new calls; returns when everything sent is acknowledged.</summary>
    public async Task SettleAsync()
    {
        await stop.CancelAsync();
        await clients.WaitAsync(SettleMax);
        await watchers;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await giveUp.CancelAsync();
        await watchers;
        await clients.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        http.Dispose();
        stop.Dispose();
        giveUp.Dispose();
    }
}
