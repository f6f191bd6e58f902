using System.Net;
using CdpPipeline.Faults.Tests;
using CdpPipeline.Faults.Tests.Processes;

namespace CdpPipeline.Silo.Tests.Chaos;

/// <summary>A node stands still until the others have declared it dead and taken over its people, and then goes on as if nothing had been.</summary>
[Trait("Category", "Faults")]
[Collection("Faults")]
public sealed class NodeFreezeTests
{
    private const int Dead = 6;
    private const int People = 12;

    private static readonly TimeSpan DeclaredMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task A_node_that_wakes_up_after_it_was_taken_for_dead_writes_nothing_and_ends() => UnderLoad.RunAsync(async load =>
    {
        var before = await DeadAsync(load.Store);
        var zombie = load.Program.Nodes[load.Random.Next(load.Program.Nodes.Count)];
        await load.PressAsync();
        await zombie.Program.FreezeAsync();
        load.Relax();
        await DeclaredAsync(load.Store, before);

        // The others go on without it, and it finds much to do that is not its own any more.
        await Task.Delay(2_000, Token);
        await zombie.Program.ThawAsync();
        using var end = new CancellationTokenSource(EndMax);
        await zombie.Program.EndAsync(end.Token);

        zombie.Kill();
        zombie.Launch();
    });

    [Fact]
    public Task A_node_that_wakes_up_after_it_was_taken_for_dead_shows_nothing_of_what_it_remembers() => Run.WithSeedAsync("Postgres", async (store, program, _) =>
    {
        await program.StartAsync(Token);
        var (zombie, other) = (program.Nodes[0], program.Nodes[1]);
        for (var person = 0; person < People; person++)
        {
            await zombie.TakenAsync(person, "free");
            Assert.Equal("free", await PlanAsync(zombie, person));
        }

        await zombie.Program.FreezeAsync();
        await DeclaredAsync(store, before: 0);
        for (var person = 0; person < People; person++) await other.TakenAsync(person, "pro");

        // They come while it is still frozen, and again and again for as long as it runs.
        var asking = Enumerable.Range(0, People).Select(person => PlansAsync(zombie, person)).ToList();
        await zombie.Program.ThawAsync();
        using var end = new CancellationTokenSource(EndMax);
        await zombie.Program.EndAsync(end.Token);

        Assert.DoesNotContain("free", (await Task.WhenAll(asking)).SelectMany(plans => plans));
    });

    /// <summary>What it says of her until it is gone.</summary>
    private static async Task<IReadOnlyList<string?>> PlansAsync(NodeProcess node, int person)
    {
        var plans = new List<string?>();
        try
        {
            while (true) plans.Add(await PlanAsync(node, person));
        }
        catch (HttpRequestException)
        {
            return plans;
        }
    }

    /// <summary>Null: it is to be asked later.</summary>
    private static async Task<string?> PlanAsync(NodeProcess node, int person)
    {
        var (status, profile) = await node.AskAsync(HttpMethod.Get, $"/api/profiles/userId:u{person}");
        Assert.True(status is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, $"It was answered {status}.");
        return profile?.GetProperty("traits").GetProperty("plan").GetString();
    }

    private static async Task DeclaredAsync(FaultStore store, int before)
    {
        using var late = new CancellationTokenSource(DeclaredMax);
        while (await DeadAsync(store) == before || await FencedAsync(store) == 0)
        {
            Assert.False(late.IsCancellationRequested, "Nobody declared it dead.");
            await Task.Delay(100, Token);
        }
    }

    private static async Task<int> DeadAsync(FaultStore store) => (await store.QueryAsync($"select address from cluster_member where status = {Dead}")).Count;

    private static async Task<int> FencedAsync(FaultStore store) => (await store.QueryAsync("select node from fenced_node")).Count;
}
