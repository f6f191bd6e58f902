using System.Globalization;

namespace CdpPipeline.Silo.Tests.Chaos;

/// <summary>Nodes are killed at random moments under load, one after the other. <c>CDP_CRASH_KILLS</c> makes longer runs.</summary>
[Trait("Category", "Faults")]
[Collection("Faults")]
public sealed class NodeCrashTests
{
    private static readonly int Kills =
        int.TryParse(Environment.GetEnvironmentVariable("CDP_CRASH_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 3;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task Killing_nodes_under_load_loses_doubles_and_miscounts_nothing() => UnderLoad.RunAsync(async load =>
    {
        for (var kill = 1; kill <= Kills; kill++)
        {
            await Task.Delay(load.Random.Next(1_000, 4_000), Token);
            await load.PressAsync();
            var node = load.Program.Nodes[load.Random.Next(load.Program.Nodes.Count)];
            node.Kill();
            load.Relax();

            // Sometimes it is back before the others have noticed, and sometimes elsewhere.
            await Task.Delay(load.Random.Next(2) == 0 ? load.Random.Next(500) : load.Random.Next(5_000, 9_000), Token);
            if (load.Random.Next(2) == 0) node.Move();
            node.Launch();
            await node.ReadyAsync(Token);
        }
    });
}
