using System.Diagnostics;
using System.Globalization;
using CdpPipeline.Silo.Tests.Chaos.Later;
using CdpPipeline.Testing;

namespace CdpPipeline.Silo.Tests.Chaos;

/// <summary>Under load nodes are replaced, one after the other, by those of a later build that says more in its messages; and one is taken back.</summary>
[Trait("Category", "Faults")]
[Collection("Faults")]
public sealed class TwoBuildsTests
{
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Replacing_nodes_by_those_of_a_later_build_and_going_back_loses_doubles_and_miscounts_nothing()
    {
        Assert.SkipWhen(LaterBuild.MissingReason is not null, LaterBuild.MissingReason ?? string.Empty);
        var since = Stopwatch.StartNew();
        var earlier = ProgramProcess.PathOf("Silo");
        var later = await LaterBuild.ProgramAsync();
        Tell($"built after {Seconds(since)} s");
        await UnderLoad.RunAsync(async load =>
        {
            var nodes = load.Program.Nodes;
            await ReplaceAsync(load, nodes[0], later);

            // It is understood without what it says more, and does without what it is not told; and it may not count on the method.
            await HeardAsync([nodes[0]], "the later build spoke with the earlier one", IsMixed);

            await ReplaceAsync(load, nodes[1], later);
            await HeardAsync([nodes[0], nodes[1]], "two of the later build spoke with each other", IsAmongThemselves);
            await ReplaceAsync(load, nodes[2], later);
            await HeardAsync(nodes, "deltas of the later build arrived", notes => IsAmongThemselves(notes) && notes["batch", "later"] > 0);

            // Taken back; the last checks are of the two builds together, also when all are killed and come back at once.
            await ReplaceAsync(load, nodes[0], earlier);
            await HeardAsync([nodes[1], nodes[2]], "the earlier build was back", notes => IsMixed(notes) && notes["batch", "earlier"] > 0);
        });
        Tell($"done after {Seconds(since)} s");
    }

    private static bool IsMixed(LaterNotes notes) =>
        notes["request", "earlier"] > 0 && notes["answer", "earlier"] > 0 && notes["profile", "earlier"] > 0 && notes["method", "503"] > 0;

    private static bool IsAmongThemselves(LaterNotes notes) =>
        notes["request", "later"] > 0 && notes["answer", "later"] > 0 && notes["profile", "later"] > 0 && notes["method", "later"] > 0;

    private static async Task ReplaceAsync(UnderLoad load, NodeProcess node, string program)
    {
        await load.PressAsync();
        using var late = new CancellationTokenSource(StopMax);
        Assert.Equal(0, await node.Program.StopAsync(late.Token));
        load.Relax();
        node.Kill();
        node.Program.Build = program;
        node.Launch();
        await node.ReadyAsync(Token);
    }

    /// <summary>Waits until these nodes have counted from now on what they should; what a client would have been told of as a bug is one.</summary>
    private static async Task HeardAsync(IReadOnlyList<NodeProcess> nodes, string what, Func<LaterNotes, bool> isEnough)
    {
        var before = await LaterNotes.OfAsync(nodes, Token);
        var heard = before;
        try
        {
            await Eventually.HoldsAsync(
                async () =>
                {
                    await Task.Delay(100, Token);
                    heard = (await LaterNotes.OfAsync(nodes, Token)).Since(before);
                    Assert.Equal(0, heard["method", "500"] + heard["method", "500 late"]);
                    return isEnough(heard);
                },
                what,
                Token);
        }
        finally
        {
            Tell($"{what}: {heard}");
        }
    }

    private static string Seconds(Stopwatch since) => since.Elapsed.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture);

    private static void Tell(string what) => TestContext.Current.TestOutputHelper?.WriteLine(what);
}
