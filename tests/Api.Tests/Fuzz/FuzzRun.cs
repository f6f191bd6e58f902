using System.Diagnostics;
using System.Globalization;

namespace CdpPipeline.Api.Tests.Fuzz;

/// <summary>
/// Draws cases until the time is up: <c>CDP_FUZZ_SECONDS</c> for each of the fuzzers, fifteen without it. Each case is a function of its seed alone; a failure
/// names the <c>CDP_SEED</c> that draws it again.
/// </summary>
internal static class FuzzRun
{
    private const int AtOnce = 4;

    private static readonly TimeSpan Time = TimeSpan.FromSeconds(Read("CDP_FUZZ_SECONDS") ?? 15);

    /// <summary>Runs the law over drawn cases, some at once; how many they were.</summary>
    public static async Task<int> EachAsync(Func<Random, Task> law)
    {
        var given = Read("CDP_SEED");
        var first = given ?? (Environment.TickCount & 0xFFFFFF);
        var (drawn, since) = (0, Stopwatch.StartNew());
        await Task.WhenAll(Enumerable.Range(0, given is null ? AtOnce : 1).Select(_ => Task.Run(async () =>
        {
            do
            {
                var seed = first + Interlocked.Increment(ref drawn) - 1;
                try
                {
                    await law(new Random(seed));
                }
                catch (Exception failure)
                {
                    throw new InvalidOperationException($"CDP_SEED={seed}\n{failure.Message}", failure);
                }
            }
            while (given is null && since.Elapsed < Time && !TestContext.Current.CancellationToken.IsCancellationRequested);
        })));
        TestContext.Current.TestOutputHelper?.WriteLine($"{drawn} cases from CDP_SEED={first} on");
        return drawn;
    }

    private static int? Read(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;
}
