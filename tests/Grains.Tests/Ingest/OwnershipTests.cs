using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Tests.Model;

namespace CdpPipeline.Grains.Tests.Ingest;

/// <summary>Only an event that is stored gives a person an identifier.</summary>
public sealed class OwnershipTests : IAsyncLifetime
{
    private static readonly Identifier Ann = new(IdentifierKind.AnonymousId, "ann");
    private static readonly Identifier Bob = new(IdentifierKind.AnonymousId, "bob");
    private static readonly Identifier Eve = new(IdentifierKind.Email, "eve@x.com");

    private readonly TemporaryFolder folder = new();
    private readonly Lane lane;

    public OwnershipTests() => lane = new Lane(folder.Settings("owners"));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await lane.OpenAsync(Cancelled);

    public async ValueTask DisposeAsync()
    {
        await lane.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_duplicate_of_somebody_merged_leaves_its_other_identifiers_to_whoever_brings_them()
    {
        var ann = Assert.Single(await SendAsync(Event("first", Ann))).Identity;
        var bob = Assert.Single(await SendAsync(Event("m", Bob))).Identity;
        await lane.House.Grains.ExplicitMerges.MergeAsync(ann, bob, new MergeCause(MergeReason.Request, [], null), Cancelled);

        Assert.Equal(IngestStatus.Duplicate, Assert.Single(await SendAsync(Event("m", Eve, Bob))).Status);

        Assert.NotEqual(ann, Assert.Single(await SendAsync(Event("other", Eve))).Identity);
    }

    [Fact]
    public async Task A_duplicate_in_the_batch_of_a_new_person_leaves_its_other_identifiers_to_whoever_brings_them()
    {
        var outcomes = await SendAsync(Event("m", Bob), Event("m", Eve, Bob));
        Assert.Equal([IngestStatus.Stored, IngestStatus.Duplicate], outcomes.Select(outcome => outcome.Status));

        Assert.NotEqual(outcomes[0].Identity, Assert.Single(await SendAsync(Event("other", Eve))).Identity);
    }

    private Event Event(string messageId, params Identifier[] identifiers) => new()
    {
        Type = EventType.Track,
        Name = "Order",
        Identifiers = identifiers,
        MessageId = messageId,
        Timestamp = lane.Clock.Now,
        ReceivedAt = lane.Clock.Now,
        Source = "test",
        Properties = "{}"u8.ToArray(),
    };

    private async Task<IReadOnlyList<IngestOutcome>> SendAsync(params Event[] events)
    {
        lane.Clock.Advance(TimeSpan.FromSeconds(1));
        return await lane.House.Ingest.IngestAsync(events, Cancelled);
    }
}
