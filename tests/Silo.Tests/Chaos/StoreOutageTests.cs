namespace CdpPipeline.Silo.Tests.Chaos;

/// <summary>The PostgreSQL server that all nodes share crashes and comes back, once before anybody would be missed and once after.</summary>
[Trait("Category", "Faults")]
[Collection("Faults")]
public sealed class StoreOutageTests
{
    private static readonly TimeSpan[] Outages = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task An_outage_of_the_store_ends_no_node_and_loses_doubles_and_miscounts_nothing() => UnderLoad.RunAsync(
        async load =>
        {
            Assert.SkipUnless(load.Store.Server!.IsPrivate, "The server is not this test's own.");
            foreach (var outage in Outages)
            {
                await Task.Delay(load.Random.Next(1_000, 3_000), Token);
                await load.PressAsync();
                await load.Store.Server.StopAsync();
                load.Relax();
                await Task.Delay(outage, Token);
                Assert.All(load.Program.Nodes, node => Assert.True(node.IsRunning));
                await load.Store.Server.StartAgainAsync();
                await load.Program.ReadyAsync(Token);
            }

            await Task.Delay(TimeSpan.FromSeconds(5), Token);
            Assert.True(load.Program.IsRunning, "A node did not live through it.");
            Assert.True(load.Ledger.Refusals > 0, "The trouble came through to no client.");
        },
        isOwnServer: true);
}
