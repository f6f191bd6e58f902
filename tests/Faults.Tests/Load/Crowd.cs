using CdpPipeline.Faults.Tests.Processes;

namespace CdpPipeline.Faults.Tests.Load;

/// <summary>Many clients at once on one program.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    private static readonly TimeSpan SettleMax = TimeSpan.FromSeconds(60);

    private readonly HttpClient http;
    private readonly CancellationTokenSource stop = new();
    private readonly CancellationTokenSource giveUp;
    private readonly Task clients;

    public Crowd(CdpProcess program, CallLedger ledger, int clientCount, int seed, CancellationToken cancellationToken)
    {
        http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2) }) { BaseAddress = program.Address, Timeout = TimeSpan.FromSeconds(30) };
        giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var generator = new CallGenerator(ledger, TimeProvider.System);
        var sender = new CallSender(http, ledger);
        clients = Task.WhenAll(Enumerable.Range(0, clientCount).Select(i =>
            Task.Run(() => new LoadClient(sender, generator, Pace, new Random(seed + i)).RunAsync(stop.Token, giveUp.Token), giveUp.Token)));
    }

    public Pace Pace { get; } = new();

    /// <summary>No more new calls; returns when everything sent is acknowledged.</summary>
    public async Task SettleAsync()
    {
        await stop.CancelAsync();
        await clients.WaitAsync(SettleMax);
    }

    public async ValueTask DisposeAsync()
    {
        await giveUp.CancelAsync();
        await clients.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        http.Dispose();
        stop.Dispose();
        giveUp.Dispose();
    }
}
