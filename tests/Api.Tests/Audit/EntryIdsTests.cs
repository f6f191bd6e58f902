using CdpPipeline.Api.Audit;

namespace CdpPipeline.Api.Tests.Audit;

public sealed class EntryIdsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Ids_ascend_within_a_millisecond_beyond_the_counter_and_over_a_clock_that_is_set_back()
    {
        var ids = new EntryIds();
        var drawn = Enumerable.Repeat(Noon, 10_000).Append(Noon.AddHours(-1)).Append(Noon.AddSeconds(1)).Select(ids.Next).ToList();

        Assert.Equal(drawn.Select(Spelt).Order(StringComparer.Ordinal), drawn.Select(Spelt));
        Assert.Equal(drawn.Count, drawn.Distinct().Count());
        Assert.All(drawn, id => Assert.Equal((7, 2), (id.Version, id.Variant >> 2)));
        Assert.Equal(Spelt(Guid.CreateVersion7(Noon))[..13], Spelt(drawn[0])[..13]);
        Assert.Equal(Spelt(Guid.CreateVersion7(Noon.AddSeconds(1)))[..13], Spelt(drawn[^1])[..13]);
    }

    [Fact]
    public void Two_processes_draw_different_ids()
    {
        var (one, other) = (new EntryIds(), new EntryIds());
        Assert.NotEqual(one.Next(Noon), other.Next(Noon));
    }

    private static string Spelt(Guid id) => id.ToString();
}
