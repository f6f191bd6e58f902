using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Grains.Tests.Model;

namespace CdpPipeline.Grains.Tests;

public sealed class DrawnProfilesTests : IAsyncLifetime
{
    private const int People = 20;
    private const int EventsMax = 50;

    private static readonly DateTimeOffset Noon = TimeProvider.System.GetUtcNow().Whole();

    private readonly TemporaryFolder folder = new();
    private House house = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => house = await House.OpenAsync(
        folder.Settings("drawn").Append(new("Cdp:Local:TimelineEventsMax", $"{EventsMax}")), TimeProvider.System, Cancelled);

    public async ValueTask DisposeAsync()
    {
        await house.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Timelines_beyond_the_bound_are_dropped_and_read_again_whole()
    {
        var stored = new List<string>[People];
        for (var person = 0; person < People; person++) stored[person] = [];

        for (var visit = 0; visit < 6; visit++)
        {
            for (var person = 0; person < People; person++)
            {
                await SendAsync(person, $"{person}.{visit}");
                stored[person].Insert(0, $"{person}.{visit}");
                Assert.Equal(stored[person], Names(await ReadAsync(person)));
            }
        }

        for (var person = 0; person < People; person++) Assert.Equal(stored[person], Names(await ReadAsync(person)));
    }

    [Fact]
    public async Task A_profile_that_is_read_again_and_again_is_kept()
    {
        for (var person = 0; person < People; person++)
        {
            for (var visit = 0; visit < 5; visit++) await SendAsync(person, $"{person}.{visit}");
        }

        var favourite = await ReadAsync(0);
        for (var person = 1; person < People; person++)
        {
            Assert.Same(favourite, await ReadAsync(0));
            await ReadAsync(person);
        }

        Assert.NotSame(await ReadAsync(0), await ReadAsync(1));
        Assert.Same(favourite, await ReadAsync(0));
    }

    [Fact]
    public async Task A_profile_that_nobody_reads_makes_room_for_others()
    {
        for (var person = 0; person < People; person++)
        {
            for (var visit = 0; visit < 5; visit++) await SendAsync(person, $"{person}.{visit}");
        }

        var forgotten = await ReadAsync(0);
        for (var person = 1; person < People; person++) await ReadAsync(person);

        Assert.NotSame(forgotten, await ReadAsync(0));
    }

    private static Identifier Someone(int person) => new(IdentifierKind.UserId, $"u{person}");

    private static IEnumerable<string?> Names(Profile profile) => profile.Timeline.Select(stored => stored.Event.Name);

    private async Task SendAsync(int person, string name) => await house.Ingest.IngestAsync(
        [new Event { Type = EventType.Track, Name = name, Identifiers = [Someone(person)], Timestamp = Noon, ReceivedAt = Noon, Source = "test", Properties = "{}"u8.ToArray() }],
        Cancelled);

    private async Task<Profile> ReadAsync(int person)
    {
        var facts = await house.Resolver.DescribeAsync(Someone(person), Cancelled);
        return (await house.Grains.Identity(facts!.Id).ProfileAsync(Cancelled)).Profile!;
    }
}
