using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Tests.Sharing;

namespace CdpPipeline.Grains.Tests.Erasing;

/// <summary>One process erases a person whom another has in memory, on one PostgreSQL database.</summary>
public sealed class SharedErasingTests : IAsyncLifetime
{
    private static readonly Identifier Ann = new(IdentifierKind.UserId, "ann");
    private static readonly Identifier Bob = new(IdentifierKind.AnonymousId, "bob");

    private TwoHouses houses = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => houses = await TwoHouses.OpenAsync(behind: TimeSpan.Zero, Cancelled);

    public async ValueTask DisposeAsync() => await houses.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Events_that_race_with_it_on_both_are_erased_or_kept_out_or_a_new_persons(bool suppresses)
    {
        for (var round = 0; round < 4; round++) await new ErasureRace(houses.First, houses.Second, round, suppresses, NewEvent).RunAsync(Cancelled);
        foreach (var segment in houses.First.Watched.Keys)
            Assert.Equal((await houses.First.Memberships.CountAsync(segment, Cancelled)).Count, (await houses.First.Memberships.ListAsync(segment, 0, 1_000, Cancelled)).Count);
    }

    [Fact]
    public async Task What_the_other_remembers_of_her_is_written_nowhere_and_forgotten_once_it_has_looked()
    {
        var id = (await SendAsync(houses.Second, Ann, Bob)).Identity;
        await houses.First.Eraser.EraseAsync(id, suppresses: true, Cancelled);
        Assert.NotNull(houses.Second.Grains.Peek(id));

        await houses.Second.Grains.Identity(id).ReevaluateAsync(0, Cancelled);
        Assert.Equal(IngestStatus.Suppressed, (await SendAsync(houses.Second, Bob)).Status);
        await houses.Second.Watch.LookAsync(Cancelled);

        Assert.Null(houses.Second.Grains.Peek(id)?.Components.FirstOrDefault());
        Assert.Null((await houses.Second.Grains.Identity(id).ProfileAsync(Cancelled)).Profile);
        Assert.Empty(await houses.Second.Index.ListAsync(null, null, 10, Cancelled));
    }

    [Fact]
    public async Task An_old_copy_that_owns_her_names_still_cannot_write_an_event()
    {
        var id = (await SendAsync(houses.Second, Ann, Bob)).Identity;
        await houses.First.Eraser.EraseAsync(id, suppresses: false, Cancelled);

        var answer = await houses.Second.Grains.Identity(id).IngestAsync(new IngestRequest([NewEvent(null, [Bob])], []), Cancelled);

        Assert.Equal(IngestVerdict.Erased, answer.Verdict);
        Assert.NotEqual(id, (await SendAsync(houses.Second, Bob)).Identity);
    }

    private async Task<Interfaces.Ingest.IngestOutcome> SendAsync(Model.House house, params Identifier[] identifiers) =>
        (await house.Ingest.IngestAsync([NewEvent(null, identifiers)], Cancelled))[0];

    private Event NewEvent(string? messageId, Identifier[] identifiers) => new()
    {
        Type = EventType.Track,
        Name = "Order",
        Identifiers = identifiers,
        MessageId = messageId,
        Timestamp = houses.Lane.Clock.Now,
        ReceivedAt = houses.Lane.Clock.Now,
        Source = "test",
        Properties = "{}"u8.ToArray(),
    };
}
