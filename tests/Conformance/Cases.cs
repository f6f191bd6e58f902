using System.Globalization;

namespace CdpPipeline.Grains.Tests;

/// <summary>
/// Which random cases to run: those of <c>CDP_SEED</c> only, when it is set; else as many as a property asks for times
/// <c>CDP_PROPERTY_CASES</c> (1), beginning anywhere.
/// </summary>
internal sealed record Cases(int First, int Count)
{
    public static Cases Of(int count)
    {
        if (Read("CDP_SEED") is { } seed) return new Cases(seed, 1);
        return new Cases(Environment.TickCount & 0xFFFFFF, count * Math.Max(1, Read("CDP_PROPERTY_CASES") ?? 1));
    }

    private static int? Read(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;
}
