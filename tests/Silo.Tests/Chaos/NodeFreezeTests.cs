namespace CdpPipeline.Silo.Tests.Chaos;

/// <summary>A node stands still until the others have declared it dead and taken over its people, and then goes on as if nothing had been.</summary>
[Trait("Category", "Faults")]
[Collection("Faults")]
public sealed class NodeFreezeTests
{
    private const int Dead = 6;

    private static readonly TimeSpan DeclaredMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task A_node_that_wakes_up_after_it_was_taken_for_dead_writes_nothing_and_ends() => UnderLoad.RunAsync(async load =>
    {
        var before = await DeadAsync(load);
        var zombie = load.Program.Nodes[load.Random.Next(load.Program.Nodes.Count)];
        await load.PressAsync();
        await zombie.Program.FreezeAsync();
        load.Relax();
        using (var late = new CancellationTokenSource(DeclaredMax))
        {
            while (await DeadAsync(load) == before || await FencedAsync(load) == 0)
            {
                Assert.False(late.IsCancellationRequested, "Nobody declared it dead.");
                await Task.Delay(100, Token);
            }
        }

        // The others go on without it, and it finds much to do that is not its own any more.
        await Task.Delay(2_000, Token);
        await zombie.Program.ThawAsync();
        using var end = new CancellationTokenSource(EndMax);
        await zombie.Program.EndAsync(end.Token);

        zombie.Kill();
        zombie.Launch();
    });

    private static async Task<int> DeadAsync(UnderLoad load) => (await load.Store.QueryAsync($"select address from cluster_member where status = {Dead}")).Count;

    private static async Task<int> FencedAsync(UnderLoad load) => (await load.Store.QueryAsync("select node from fenced_node")).Count;
}
