using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Bulk;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Tests.Model;

namespace CdpPipeline.Grains.Tests;

/// <summary>Whoever is in memory and whoever is not, and whatever is saved: a preview finds those whose events make the definition hold.</summary>
public sealed class PreviewProperties
{
    private static readonly int Count = Stores.CountOf(sqlite: 60, postgres: 8, silos: 4);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_preview_finds_who_matches()
    {
        using var stores = Stores.Open();
        await Seeded.EachAsync(Cases.Of(Count), async seed =>
        {
            var random = new Random(seed);
            var settings = new Dictionary<string, string?>(await stores.SettingsAsync($"seed{seed}")) { ["Cdp:Bulk:PageSize"] = $"{random.Next(1, 6)}" };
            await using var lane = new Lane(settings);
            await lane.OpenAsync(Cancelled, watches: false);
            var crowd = new Crowd(lane, seed, Cancelled);
            await crowd.RunAsync(restarts: false);
            if (random.Next(2) == 0) lane.House.Grains.Stop();
            foreach (var id in crowd.People.Keys.Where(_ => random.Next(2) == 0)) await lane.House.Grains.Identity(id).DescribeAsync(Cancelled);

            // Some are saved before, so that their conditions are known, to those in memory as to the others only if they look again.
            var saved = new Dictionary<WatchedSegment, SegmentId>();
            foreach (var watched in WatchedSegment.All.Where(_ => random.Next(3) == 0))
                saved[watched] = (await lane.House.Grains.Catalog.SaveAsync(new SaveSegment(null, watched.Name, null, watched.Definition), Cancelled)).Saved!.Id;
            foreach (var watched in WatchedSegment.All)
            {
                var expected = MatchingOf(watched);
                var other = saved.Keys.Skip(random.Next(saved.Count + 1)).FirstOrDefault();
                var found = await lane.House.Preview.MatchAsync(watched.Definition, other is null ? null : saved[other], Cancelled);
                Same(expected, found.All);
                if (other is null) continue;
                Same([.. expected.Except(MatchingOf(other))], found.Entering);
                Same([.. MatchingOf(other).Except(expected)], found.Leaving);
            }

            HashSet<IdentityId> MatchingOf(WatchedSegment watched) =>
                [.. crowd.People.Where(person => watched.Holds(person.Value, lane.Clock.Now)).Select(person => person.Key)];

            void Same(HashSet<IdentityId> expected, NamedPeople found)
            {
                Assert.True(expected.Count == found.Count, $"{expected.Count} match, {found.Count} were found.");
                Assert.True(found.First.Count == Math.Min(expected.Count, 50) && found.First.All(expected.Contains), "Others were found.");
            }
        });
    }
}
