using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Tests.Segments;

public sealed class EventTimesProperties
{
    [Fact]
    public void What_is_kept_counts_as_all_would_in_every_window_that_ends_at_the_arrival_or_later()
    {
        for (var seed = 1; seed <= 4_000; seed++)
        {
            var random = new Random(seed);
            var (enough, window, spread) = (random.Next(1, 5), random.Next(0, 30), random.Next(1, 200));
            List<long> all = [];
            long[] kept = [];
            long arrival = random.Next(-100, 100);
            for (var i = 0; i < 80; i++)
            {
                arrival += random.Next(3);
                var time = arrival + random.Next(-spread, spread);
                all.Add(time);
                kept = EventTimes.AddToWindow(kept, time, arrival, enough, window) ?? kept;
                Assert.True(kept.AsSpan().SequenceEqual(kept.Order().ToArray()), $"seed {seed}");
                for (var look = 0; look < 10; look++)
                {
                    var (end, length) = (arrival + random.Next(2 * spread), window + random.Next(40));
                    Assert.True(Count(all) == Count(kept), $"seed {seed}: from {end - length} to {end} of {string.Join(' ', kept)}");
                    int Count(IEnumerable<long> times) => Math.Min(enough, times.Count(each => each >= end - length && each <= end));
                }
            }

            Assert.True(kept.Length <= enough + (2 * enough * ((spread / Math.Max(window, 1)) + 3)), $"seed {seed}: {kept.Length}");
        }
    }
}
