using System.Collections.Immutable;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Tests.Model;

namespace CdpPipeline.Grains.Tests;

/// <summary>A batch says the same as its events one by one.</summary>
public sealed class BatchProperties
{
    private static readonly int Count = Stores.CountOf(sqlite: 150, postgres: 15, silos: 4);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_in_one_batch_make_the_same_people_as_one_by_one()
    {
        using var stores = Stores.Open();
        await using var lane = new Lane(await stores.SettingsAsync("batches"));
        await lane.OpenAsync(Cancelled);
        var cases = Cases.Of(Count);
        for (var seed = cases.First; seed < cases.First + cases.Count; seed++)
        {
            var random = new Random(seed);

            // Of one crowd that is connected: groups of a batch run side by side, and then who comes first is anybody's guess.
            var hub = new Identifier(IdentifierKind.AnonymousId, "hub");
            var drafts = new Histories(random).Drafts(random.Next(2, 25), among: 2)
                .Where(draft => draft.Previous is null)
                .Select((draft, i) => draft with { Identifiers = [.. draft.Identifiers.Where(identifier => identifier.Kind != hub.Kind), hub], At = TimeSpan.FromSeconds(i % 2 == 0 ? i : -i), Delay = default })
                .ToImmutableArray();
            var together = await PeopleAsync(lane, drafts, atOnce: drafts.Length);
            var alone = await PeopleAsync(lane, drafts, atOnce: 1);
            Assert.True(together.SequenceEqual(alone), $"CDP_SEED={seed}\n{new Send(drafts)}\n{string.Join('\n', together)}\nbut one by one\n{string.Join('\n', alone)}");
        }
    }

    /// <summary>What is seen of everybody, without names that depend on the history.</summary>
    private static async Task<List<string>> PeopleAsync(Lane lane, ImmutableArray<Draft> drafts, int atOnce)
    {
        var afterKey = await lane.NewKeyAsync(Cancelled);
        var (prefix, house, start) = (lane.NextPrefix(), lane.House, lane.Clock.Now);
        foreach (var chunk in drafts.Chunk(Math.Max(1, atOnce))) await house.Ingest.IngestAsync([.. chunk.Select(draft => draft.ToEvent(prefix, start, start))], Cancelled);
        var people = new List<string>();
        foreach (var identity in await new Comparison(house, start, new Random(1)).ListAsync(afterKey, Cancelled))
        {
            var profile = (await house.Grains.Identity(identity.Id).ProfileAsync(Cancelled)).Profile!;
            var said = string.Join(
                ' ',
                [
                    .. profile.Identifiers.Select(linked => linked.Identifier.ToString()).Order(StringComparer.Ordinal),
                    .. profile.Traits.Select(trait => $"{trait.Key}={System.Text.Encoding.UTF8.GetString(trait.Value.Span)}"),
                    $"{profile.EventCount} {profile.PageViews} {profile.Conversions} {profile.FirstSeen - start} {profile.LastSeen - start}",
                    .. profile.Segments.Select(segment => house.Watched[segment.Segment].Name).Order(StringComparer.Ordinal),
                    .. profile.Timeline.Select(stored => stored.MessageId),
                ]);
            people.Add(said.Replace(prefix, "", StringComparison.Ordinal));
        }

        people.Sort(StringComparer.Ordinal);
        return people;
    }
}
