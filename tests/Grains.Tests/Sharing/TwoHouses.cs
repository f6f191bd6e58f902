using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Grains.Tests.Model;
using CdpPipeline.Testing;

namespace CdpPipeline.Grains.Tests.Sharing;

/// <summary>
/// Two processes on one PostgreSQL database that know nothing of each other: each runs its own grain of everybody, so people have two activations all
/// the time. The second one reaches the server by a proxy that can make it look frozen.
/// </summary>
internal sealed class TwoHouses : IAsyncDisposable
{
    private TwoHouses(Lane lane, House second, HoldingProxy proxy, ManualClock secondClock)
    {
        Lane = lane;
        Second = second;
        Proxy = proxy;
        SecondClock = secondClock;
    }

    public Lane Lane { get; }

    public House First => Lane.House;

    public House Second { get; }

    public HoldingProxy Proxy { get; }

    public ManualClock SecondClock { get; }

    /// <summary>Opens both; the clock of the second one is behind by so much.</summary>
    public static async Task<TwoHouses> OpenAsync(TimeSpan behind, CancellationToken cancellationToken, bool watches = true)
    {
        Assert.SkipWhen(PostgresServer.MissingReason is not null, PostgresServer.MissingReason ?? "");
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        var lane = new Lane(Settings(database));
        await lane.OpenAsync(cancellationToken, watches: watches);
        var proxy = new HoldingProxy(database);
        var clock = new ManualClock();
        clock.Advance(-behind);
        var second = await House.OpenAsync(Settings(proxy.ConnectionString), clock, cancellationToken, watches: watches);
        return new TwoHouses(lane, second, proxy, clock);
    }

    /// <summary>Time passes for both.</summary>
    public void Advance(TimeSpan by)
    {
        Lane.Clock.Advance(by);
        SecondClock.Advance(by);
    }

    /// <summary>Freezes the second one in the middle of its next commit, and has the first one fence it.</summary>
    public async Task FreezeAndFenceAsync(CancellationToken cancellationToken)
    {
        var held = Proxy.HoldAtCommitAsync();
        while (!held.IsCompleted) await Task.WhenAny(held, CommitSomethingAsync(cancellationToken));
        Assert.True(await First.Fencing.FenceAsync(Second.Fencing.Node, cancellationToken));
        Proxy.LetGo();
    }

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Second.DisposeAsync();
        await Lane.DisposeAsync();
    }

    // Should it have nothing else to commit just now.
    private async Task CommitSomethingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Second.Log.AppendAsync(new Append { Entries = [], Due = [new DueChange(long.MaxValue, null)] }, cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // It is the one that was held.
        }
    }

    private static Dictionary<string, string?> Settings(string database) => new()
    {
        ["Cdp:ConnectionString"] = database,
        ["Cdp:Bulk:PageSize"] = "3",
        ["Cdp:Retention:EventsPerTransactionMax"] = "3",
        ["Cdp:Postgres:ConnectionsMax"] = "12",
        ["Cdp:Postgres:GroupCommit:OutageWaitMax"] = "00:00:02",
    };
}
