using System.Globalization;

namespace CdpPipeline.Domain.Tests;

/// <summary>Runs a law over random cases: that of <c>CDP_SEED</c> when it is set, else many, <c>CDP_PROPERTY_CASES</c> times as many when that is. A failure names its seed.</summary>
internal static class Seeds
{
    public static void Each(int count, Action<Random> law)
    {
        var given = Read("CDP_SEED");
        var first = given ?? (Environment.TickCount & 0xFFFFFF);
        var cases = given is null ? count * Math.Max(1, Read("CDP_PROPERTY_CASES") ?? 1) : 1;
        for (var seed = first; seed < first + cases; seed++)
        {
            try
            {
                law(new Random(seed));
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"CDP_SEED={seed}\n{failure.Message}", failure);
            }
        }
    }

    private static int? Read(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;
}
