using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Tests.Model;

namespace CdpPipeline.Grains.Tests.Ingest;

/// <summary>Only an event that is stored gives a person an identifier.</summary>
public sealed class OwnershipTests : FreshHouse
{
    private static readonly Identifier Ann = new(IdentifierKind.AnonymousId, "ann");
    private static readonly Identifier Bob = new(IdentifierKind.AnonymousId, "bob");
    private static readonly Identifier Eve = new(IdentifierKind.Email, "eve@x.com");

    [Fact]
    public async Task A_duplicate_of_somebody_merged_leaves_its_other_identifiers_to_whoever_brings_them()
    {
        var ann = Assert.Single(await SendAsync(Event("first", Ann))).Identity;
        var bob = Assert.Single(await SendAsync(Event("m", Bob))).Identity;
        await lane.House.Grains.ExplicitMerges.MergeAsync(ann, bob, OnRequest, Cancelled);

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

    private async Task<IReadOnlyList<IngestOutcome>> SendAsync(params Event[] events)
    {
        lane.Clock.Advance(TimeSpan.FromSeconds(1));
        return await lane.House.Ingest.IngestAsync(events, Cancelled);
    }
}
