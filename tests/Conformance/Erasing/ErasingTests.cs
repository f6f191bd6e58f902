using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Grains.Tests.Model;

namespace CdpPipeline.Grains.Tests.Erasing;

/// <summary>Erasing beside everything else that may happen to a person at the same time.</summary>
public sealed class ErasingTests : FreshHouse
{
    private static readonly Identifier Ann = new(IdentifierKind.UserId, "ann");
    private static readonly Identifier Bob = new(IdentifierKind.AnonymousId, "bob");
    private static readonly Identifier Cat = new(IdentifierKind.AnonymousId, "cat");

    private static readonly int Rounds = Stores.CountOf(sqlite: 20, postgres: 8, silos: 4);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Events_from_many_clients_that_race_with_it_are_erased_or_kept_out_or_a_new_persons(bool suppresses)
    {
        for (var round = 0; round < Rounds; round++) await new ErasureRace(House, House, round, suppresses, Event).RunAsync(Cancelled);

        // It looks whether each live count is the number of rows.
        await lane.RestartAsync(isCrash: false, Cancelled);
    }

    [Fact]
    public async Task A_crash_after_the_decision_is_completed_by_recovery()
    {
        var id = (await SendAsync(Ann, Bob)).Identity;
        var request = new EraseRequest(Guid.CreateVersion7(), Suppresses: true);
        Assert.Equal(EraseVerdict.Done, (await House.Grains.Identity(id).EraseAsync(request, Cancelled)).Verdict);

        await lane.RestartAsync(isCrash: true, Cancelled);

        Assert.Equal(IngestStatus.Suppressed, (await SendAsync(Bob)).Status);
        Assert.Equal(1, await House.ErasureRecovery.CompleteAsync(Cancelled));
        Assert.Equal(0, await House.ErasureRecovery.CompleteAsync(Cancelled));
        var receipt = (await House.Erasures.FindAsync(new ErasureKey(request.Receipt, null, null), Cancelled))!;
        Assert.Equal((1L, true), (receipt.Counts.Events, receipt.CompletedAt is not null));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_is_half_merged_into_her_goes_with_her_whoever_of_both_is_named(bool namesLoser)
    {
        var (ann, bob) = ((await SendAsync(Ann)).Identity, (await SendAsync(Bob)).Identity);
        var facts = (await House.Grains.Identity(ann).DescribeAsync(Cancelled)).Facts!;
        Assert.Equal(MergeVerdict.Done, (await House.Grains.Identity(bob).MergeIntoAsync(new MergeRequest(facts, OnRequest), Cancelled)).Verdict);

        var receipt = (await House.Eraser.EraseAsync(namesLoser ? bob : ann, suppresses: true, Cancelled))!;

        Assert.Equal((ann, 2L, 2L), (receipt.Id, receipt.Counts.Components, receipt.Counts.Identifiers));
        Assert.Equal(IngestStatus.Suppressed, (await SendAsync(Bob)).Status);
        Assert.Empty(await House.Index.PendingMergesAsync(10, Cancelled));
        Assert.Empty(await House.Index.ListAsync(null, null, 10, Cancelled));
    }

    [Fact]
    public async Task Whom_an_undo_has_freed_stays_and_whoever_is_with_her_still_goes()
    {
        var (ann, bob, cat) = ((await SendAsync(Ann)).Identity, (await SendAsync(Bob)).Identity, (await SendAsync(Cat)).Identity);
        await House.Grains.ExplicitMerges.MergeAsync(ann, bob, OnRequest, Cancelled);
        await House.Grains.ExplicitMerges.MergeAsync(ann, cat, OnRequest, Cancelled);
        Assert.Equal(MergeVerdict.Done, (await House.Grains.Identity(ann).ReleaseAsync(bob, Cancelled)).Verdict);
        await House.Grains.Identity(bob).RefreshAsync(Cancelled);

        Assert.Equal(2, (await House.Eraser.EraseAsync(ann, suppresses: true, Cancelled))!.Counts.Components);

        Assert.Equal(MergeVerdict.Unknown, (await House.Grains.Identity(ann).ReleaseAsync(cat, Cancelled)).Verdict);
        Assert.Null((await House.Grains.Identity(cat).ProfileAsync(Cancelled)).Profile);
        Assert.Equal((IngestStatus.Stored, bob), await SendAsync(Bob) is var stored ? (stored.Status, stored.Identity) : default);
        Assert.Equal((MergeVerdict.Unknown, MergeVerdict.Unknown), ((await House.Grains.Identity(bob).AbsorbAsync(ann, Cancelled)).Verdict, (await House.Grains.Identity(bob).AbsorbAsync(cat, Cancelled)).Verdict));
    }

    [Fact]
    public async Task Nobody_points_at_somebody_who_is_erased()
    {
        var (ann, bob) = ((await SendAsync(Ann)).Identity, (await SendAsync(Bob)).Identity);
        var facts = (await House.Grains.Identity(ann).DescribeAsync(Cancelled)).Facts!;
        await House.Eraser.EraseAsync(ann, suppresses: true, Cancelled);

        Assert.Equal(MergeVerdict.Refused, (await House.Grains.Identity(bob).MergeIntoAsync(new MergeRequest(facts, OnRequest), Cancelled)).Verdict);
        Assert.Equal((IngestStatus.Stored, bob), await SendAsync(Bob) is var stored ? (stored.Status, stored.Identity) : default);
    }

    private async Task<IngestOutcome> SendAsync(params Identifier[] identifiers)
    {
        lane.Clock.Advance(TimeSpan.FromSeconds(1));
        return (await House.Ingest.IngestAsync([Event(null, identifiers)], Cancelled))[0];
    }
}
