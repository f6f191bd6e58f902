using System.Globalization;

namespace CdpPipeline.Domain.Tests.Segments;

public sealed class SegmentProperties
{
    private const int CasesInCi = 20_000;

    [Fact]
    public void Incremental_evaluation_equals_reading_all_raw_events_again()
    {
        var first = int.TryParse(Environment.GetEnvironmentVariable("CDP_PROPERTY_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Environment.TickCount & 0xFFFFFF;
        var times = int.TryParse(Environment.GetEnvironmentVariable("CDP_PROPERTY_CASES"), CultureInfo.InvariantCulture, out var factor) ? factor : 1;
        var cases = given != 0 ? 1 : CasesInCi * Math.Max(1, times);
        TestContext.Current.SendDiagnosticMessage($"Seeds {first} to {first + cases - 1}.");

        Parallel.For(first, first + cases, new ParallelOptions { CancellationToken = TestContext.Current.CancellationToken }, seed =>
        {
            var history = new SegmentHistory(seed);
            try
            {
                history.Run();
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"CDP_PROPERTY_SEED={seed}\n{history.Story}\n{failure.Message}", failure);
            }
        });
    }
}
