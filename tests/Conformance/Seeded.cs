namespace CdpPipeline.Grains.Tests;

/// <summary>Random cases, one after the other; one that fails is named by its seed.</summary>
internal static class Seeded
{
    public static async Task EachAsync(Cases cases, Func<int, Task> runAsync)
    {
        for (var seed = cases.First; seed < cases.First + cases.Count; seed++)
        {
            try
            {
                await runAsync(seed);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Assert.Fail($"CDP_SEED={seed} (the order in which callers came is not part of the seed)\n{failure}");
            }
        }
    }
}
