using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using CdpPipeline.Faults.Tests;
using CdpPipeline.Faults.Tests.Checks;
using CdpPipeline.Faults.Tests.Processes;

namespace CdpPipeline.Silo.Tests.Chaos;

/// <summary>All nodes were killed at once: those that start find a cluster whose members are all dead, and nobody to say so.</summary>
[Trait("Category", "Faults")]
[Collection("Faults")]
public sealed class ClusterStartTests
{
    private const int People = 200;
    private const int Rounds = 3;

    private static readonly TimeSpan ServesMax = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Nodes_that_start_among_dead_ones_serve_soon_and_are_not_ready_before(bool elsewhere) =>
        Run.WithSeedAsync("Postgres", (_, program, _) => StartAgainAsync(program, elsewhere));

    private static async Task StartAgainAsync(CdpProcess program, bool elsewhere)
    {
        await program.StartAsync(Token);
        using var api = new ReadApi(program);
        await api.SendAsync(Enumerable.Range(0, People).Select(Call), Token);
        for (var round = 0; round < Rounds; round++)
        {
            program.Kill();
            if (elsewhere) foreach (var node in program.Nodes) node.Move();

            var since = Stopwatch.StartNew();
            await program.StartAsync(Token);
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ready after {since.Elapsed.TotalSeconds:F1} s"));
            Assert.True(since.Elapsed < ServesMax, $"They were ready after {since.Elapsed}.");

            // Each is read at all nodes, by nobody who would try again.
            since.Restart();
            var references = Enumerable.Range(0, People * 3).Select(i => (Person: i % People, Time: i / People));
            await ReadApi.AskAllAsync(references, (reference, token) => api.GetAsync($"/api/profiles/{User(reference.Person)}", token), Token);
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"read after {since.Elapsed.TotalSeconds:F1} s"));
        }
    }

    private static JsonObject Call(int person) => new() { ["type"] = "track", ["event"] = "Order Completed", ["userId"] = $"u{person}" };

    private static string User(int person) => Uri.EscapeDataString($"userId:u{person}");
}
