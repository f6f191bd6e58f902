using CdpPipeline.Grains.Segments;

namespace CdpPipeline.Grains.Tests.Segments;

/// <summary>The way through all people: whatever is asked for on the way, nobody is taken for seen who was not.</summary>
public sealed class BackfillScanTests
{
    private const int Count = 3_000;
    private const int Steps = 80;

    [Fact]
    public void A_version_is_completed_once_everybody_was_seen_since_it_was_asked_for_and_not_before()
    {
        var cases = Cases.Of(Count);
        for (var seed = cases.First; seed < cases.First + cases.Count; seed++)
        {
            var random = new Random(seed);
            var people = Enumerable.Range(0, random.Next(12)).ToDictionary(i => (long)((3 * i) + 1), _ => 0L);
            var (scan, version, pageSize) = (BackfillScan.Idle, 0L, random.Next(1, 6));
            for (var step = 0; step < Steps; step++)
            {
                switch (random.Next(10))
                {
                    case 0:
                        scan = scan.With(++version);
                        break;
                    case 1:
                        // Who comes is judged by what is in force.
                        people.Add(people.Keys.DefaultIfEmpty().Max() + 1, version);
                        break;
                    default:
                        if (scan.Newest is not null) Page();
                        break;
                }

                Check();
            }

            // The rest of this round and a whole one, each with the look beyond its end.
            for (var pages = 2 * ((people.Count / pageSize) + 2); scan.Newest is not null && pages > 0; pages--) Page();
            Check();
            Assert.True(scan.Completed == version, $"CDP_SEED={seed}: it does not come to an end.");

            void Page()
            {
                var page = people.Keys.Where(key => key > scan.Reached).Order().Take(pageSize).ToList();
                foreach (var key in page) people[key] = version;
                scan = scan.Past(page.Count == 0 ? null : page[^1]);
            }

            void Check()
            {
                foreach (var (key, seen) in people) Assert.True(seen >= scan.Completed, $"CDP_SEED={seed}: version {scan.Completed} is completed, and {key} was last seen by {seen}.");
            }
        }
    }
}
