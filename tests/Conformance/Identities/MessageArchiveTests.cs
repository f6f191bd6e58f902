using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Grains.Tests.Model;

namespace CdpPipeline.Grains.Tests.Identities;

public sealed class MessageArchiveTests
{
    private const int People = 4;
    private const int Many = 2_700;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(4_000_000)] // Everybody fits.
    [InlineData(3_000)] // One at a time fits, so they push each other out.
    [InlineData(600)] // Nobody fits: looked up in the store each time.
    public async Task A_retry_of_any_age_is_a_duplicate_of_the_first_event_whatever_fits_in_memory(int fingerprintsMax)
    {
        var random = new Random(fingerprintsMax);
        using var stores = Stores.Open();
        KeyValuePair<string, string?>[] settings = [.. await stores.SettingsAsync("archive"), new("Cdp:Local:MessageFingerprintsMax", $"{fingerprintsMax}")];
        var first = new EventId[People, Many];
        await using (var house = await House.OpenAsync(settings, TimeProvider.System, Cancelled))
        {
            for (var person = 0; person < People; person++)
            {
                foreach (var batch in Enumerable.Range(0, Many).Chunk(450))
                {
                    var outcomes = await house.Ingest.IngestAsync([.. batch.Select(i => Event(person, i))], Cancelled);
                    for (var k = 0; k < batch.Length; k++) first[person, batch[k]] = outcomes[k].Event;
                }
            }

            await RetryAsync(house, random, first);
        }

        await using var again = await House.OpenAsync(settings, TimeProvider.System, Cancelled);
        await RetryAsync(again, random, first);
    }

    private static async Task RetryAsync(House house, Random random, EventId[,] first)
    {
        for (var round = 0; round < 40; round++)
        {
            var person = random.Next(People);
            int[] old = [.. Enumerable.Range(0, 5).Select(_ => random.Next(Many)).Distinct()];
            var outcomes = await house.Ingest.IngestAsync([.. old.Select(i => Event(person, i)), Event(person, Many + random.Next(int.MaxValue - Many))], Cancelled);
            Assert.Equal(old.Select(i => (IngestStatus.Duplicate, first[person, i])), outcomes.Take(old.Length).Select(outcome => (outcome.Status, outcome.Event)));
            Assert.Equal(IngestStatus.Stored, outcomes[^1].Status);
        }
    }

    private static Event Event(int person, int message) => new()
    {
        Type = EventType.Track,
        Name = "Order",
        Identifiers = [new Identifier(IdentifierKind.AnonymousId, $"archive{person}")],
        MessageId = $"m{message}",
        Timestamp = DateTimeOffset.UnixEpoch.AddYears(50).AddSeconds(message % 100_000),
        ReceivedAt = DateTimeOffset.UnixEpoch.AddYears(50),
        Source = "test",
        Properties = "{}"u8.ToArray(),
    };
}
