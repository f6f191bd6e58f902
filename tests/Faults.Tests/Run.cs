using System.Globalization;
using CdpPipeline.Faults.Tests.Processes;

namespace CdpPipeline.Faults.Tests;

/// <summary>One seeded run against one program; what it takes to repeat and understand it is told when it fails.</summary>
internal static class Run
{
    public static async Task WithSeedAsync(string store, Func<FaultStore, CdpProcess, int, Task> run, bool isOwnServer = false)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("CDP_SEED"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        await using var opened = await FaultStore.CreateAsync(store, isOwnServer);
        await using var program = new CdpProcess(opened);
        try
        {
            await run(opened, program, seed);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"CDP_SEED={seed.ToString(CultureInfo.InvariantCulture)} on {store}: {exception.Message}\nThe program's last words:\n{program.Output}", exception);
        }
    }
}
