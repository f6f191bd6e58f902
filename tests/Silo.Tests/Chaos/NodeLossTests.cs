using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using CdpPipeline.Faults.Tests;
using CdpPipeline.Faults.Tests.Checks;

namespace CdpPipeline.Silo.Tests.Chaos;

/// <summary>A node is killed and does not come back: what it held is away for no longer than the others take to declare it dead.</summary>
[Trait("Category", "Faults")]
[Collection("Faults")]
public sealed class NodeLossTests
{
    private const int People = 200;

    // Three probe periods of a second and a vote, which is about three seconds; the rest is for a machine that has other things to do.
    private static readonly TimeSpan AwayMax = TimeSpan.FromSeconds(8);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task Whoever_was_on_a_killed_node_is_served_by_the_others_within_the_time_that_detection_takes() => Run.WithSeedAsync("Postgres", async (_, program, seed) =>
    {
        await program.StartAsync(Token);
        using var api = new ReadApi(program);

        // One call each: people become active where theirs arrives.
        await ReadApi.AskAllAsync(Enumerable.Range(0, People), (person, token) => api.SendAsync([Call(person)], token), Token);
        program.Nodes[new Random(seed).Next(program.Nodes.Count)].Kill();
        var since = Stopwatch.StartNew();

        await ReadApi.AskAllAsync(Enumerable.Range(0, People), (person, _) => ServedAsync(() => api.GetAsync($"/api/profiles/{User(person)}", Token)), Token);
        var read = since.Elapsed;
        await ReadApi.AskAllAsync(Enumerable.Range(0, People), (person, _) => ServedAsync(() => api.SendAsync([Call(person)], Token)), Token);

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"all read after {read.TotalSeconds:F1} s, all written after {since.Elapsed.TotalSeconds:F1} s"));
        Assert.True(since.Elapsed < AwayMax, $"They were all served after {since.Elapsed}.");
        foreach (var person in Enumerable.Range(0, People))
        {
            var profile = await api.GetAsync($"/api/profiles/{User(person)}", Token);
            Assert.True(profile.GetProperty("eventCount").GetInt32() >= 2);
        }
    });

    /// <summary>Asks again until there is an answer.</summary>
    private static async Task<T> ServedAsync<T>(Func<Task<T>> ask)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (Exception) when (!Token.IsCancellationRequested)
            {
                await Task.Delay(50, Token);
            }
        }
    }

    private static JsonObject Call(int person) => new() { ["type"] = "track", ["event"] = "Order Completed", ["userId"] = $"u{person}" };

    private static string User(int person) => Uri.EscapeDataString($"userId:u{person}");
}
