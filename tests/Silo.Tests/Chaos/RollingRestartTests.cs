using System.Diagnostics;
using System.Globalization;

namespace CdpPipeline.Silo.Tests.Chaos;

/// <summary>Every node is stopped as an update stops it, one after the other, each back before the next goes.</summary>
[Trait("Category", "Faults")]
[Collection("Faults")]
public sealed class RollingRestartTests
{
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Restarting_all_nodes_in_turn_loses_doubles_and_miscounts_nothing(bool elsewhere) => UnderLoad.RunAsync(async load =>
    {
        foreach (var node in load.Program.Nodes)
        {
            await Task.Delay(load.Random.Next(500, 2_000), Token);
            await load.PressAsync();
            using var late = new CancellationTokenSource(StopMax);
            var since = Stopwatch.StartNew();
            Assert.Equal(0, await node.Program.StopAsync(late.Token));
            load.Relax();
            var stopped = since.Elapsed;
            if (elsewhere) node.Move();
            node.Kill();
            node.Launch();
            await node.ReadyAsync(Token);
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"stopped after {stopped.TotalSeconds:F1} s, back after {since.Elapsed.TotalSeconds:F1} s"));
        }
    });
}
