using System.Text;
using CdpPipeline.Grains.Tests.Model;

namespace CdpPipeline.Grains.Tests;

/// <summary>Whatever happens to some people, everything that can be seen of them is what the simple model says.</summary>
public sealed class ModelProperties
{
    private static readonly int Count = Stores.CountOf(sqlite: 2_400, postgres: 120, silos: 10);
    private static readonly int Lanes = Stores.CountOf(sqlite: 2, postgres: 1, silos: 1);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Any_history_ends_as_the_model_says()
    {
        using var stores = Stores.Open();
        var cases = Cases.Of(Count);
        TestContext.Current.TestOutputHelper?.WriteLine($"Seeds {cases.First} to {cases.First + cases.Count - 1}");
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(
            async () => await RunAsync(await stores.SettingsAsync($"lane{lane}"), Enumerable.Range(cases.First, cases.Count).Where(seed => (seed - cases.First) % Lanes == lane)),
            Cancelled)));
    }

    private static async Task RunAsync(IReadOnlyDictionary<string, string?> settings, IEnumerable<int> seeds)
    {
        await using var lane = new Lane(settings);
        await lane.OpenAsync(Cancelled);
        foreach (var seed in seeds)
        {
            var operations = new Histories(new Random(seed)).Make();
            if (await TryAsync(lane, operations, seed, comparesAlways: false) is not var (_, failure)) continue;
            var (smallest, shrunk) = await Shrinking.ShrinkAsync(operations, failure, candidate => TryAsync(lane, candidate, seed, comparesAlways: true));
            Assert.Fail($"CDP_SEED={seed}\n{Story(smallest)}\n{shrunk}");
        }

        await lane.House.StopAsync(Cancelled);
    }

    private static async Task<(int At, Exception Failure)?> TryAsync(Lane lane, IReadOnlyList<Operation> operations, int seed, bool comparesAlways)
    {
        var run = new HistoryRun(lane, operations, new Random(seed), comparesAlways, Cancelled);
        try
        {
            await run.RunAsync();
            return null;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // What is left half done must not fail the next history.
            await lane.RestartAsync(isCrash: true, Cancelled);
            return (run.At, failure);
        }
    }

    private static string Story(IReadOnlyList<Operation> operations)
    {
        var story = new StringBuilder();
        foreach (var operation in operations) story.Append("  ").AppendLine(operation.ToString());
        return story.ToString();
    }
}
