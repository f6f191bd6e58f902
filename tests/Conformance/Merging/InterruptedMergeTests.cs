using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Tests.Model;

namespace CdpPipeline.Grains.Tests.Merging;

/// <summary>A crash between the two steps of a merge leaves a pending pointer, and nothing else that can be seen.</summary>
public sealed class InterruptedMergeTests : FreshHouse
{
    [Fact]
    public async Task Recovery_completes_it_at_the_next_start()
    {
        var (ann, bob) = (await SendAsync("ann"), await SendAsync("bob"));
        await BeginAsync(loser: bob, survivor: ann);

        await lane.RestartAsync(isCrash: true, Cancelled);

        Assert.Empty(await House.Index.PendingMergesAsync(10, Cancelled));
        await ShouldBeOneAsync(ann, bob, events: 2);
    }

    [Fact]
    public async Task Looking_for_the_loser_completes_it_before_recovery_does()
    {
        var (ann, bob) = (await SendAsync("ann"), await SendAsync("bob"));
        await BeginAsync(loser: bob, survivor: ann);
        await lane.RestartAsync(isCrash: true, Cancelled, recovers: false);
        Assert.Equal([new(bob, ann)], await House.Index.PendingMergesAsync(10, Cancelled));

        Assert.Equal(ann, (await House.Resolver.DescribeAsync(bob, Cancelled))?.Id);

        Assert.Empty(await House.Index.PendingMergesAsync(10, Cancelled));
        await ShouldBeOneAsync(ann, bob, events: 2);
    }

    [Fact]
    public async Task An_event_of_the_loser_completes_it_and_lies_with_her()
    {
        var (ann, bob) = (await SendAsync("ann"), await SendAsync("bob"));
        await BeginAsync(loser: bob, survivor: ann);
        await lane.RestartAsync(isCrash: true, Cancelled, recovers: false);

        Assert.Equal(ann, await SendAsync("bob"));

        await ShouldBeOneAsync(ann, bob, events: 3);
        await House.Grains.Identity(ann).ReleaseAsync(bob, Cancelled);
        await House.Grains.Identity(bob).RefreshAsync(Cancelled);
        Assert.Equal(2, (await House.Grains.Identity(bob).ProfileAsync(Cancelled)).Profile?.EventCount);
    }

    [Fact]
    public async Task The_same_client_can_simply_try_again()
    {
        var (ann, bob) = (await SendAsync("ann"), await SendAsync("bob"));
        await BeginAsync(loser: bob, survivor: ann);

        var answer = await House.Grains.ExplicitMerges.MergeAsync(ann, bob, OnRequest, Cancelled);

        Assert.Equal(MergeRefusal.Same, answer.Refusal);
        await ShouldBeOneAsync(ann, bob, events: 2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_chain_of_them_is_completed_from_either_end(bool recovers)
    {
        var (ann, bob, cat) = (await SendAsync("ann"), await SendAsync("bob"), await SendAsync("cat"));
        await BeginAsync(loser: cat, survivor: bob);
        await BeginAsync(loser: bob, survivor: ann);

        await lane.RestartAsync(isCrash: true, Cancelled, recovers);

        Assert.Equal(ann, (await House.Resolver.DescribeAsync(cat, Cancelled))?.Id);
        Assert.Empty(await House.Index.PendingMergesAsync(10, Cancelled));
        var profile = (await House.Grains.Identity(ann).ProfileAsync(Cancelled)).Profile!;
        Assert.Equal([bob, cat], profile.MergedIds);
        Assert.Equal(3, profile.EventCount);
    }

    [Fact]
    public async Task Memberships_of_the_loser_stay_until_the_survivor_takes_them_over_with_the_earlier_instant()
    {
        var (ann, bob) = (await SendAsync("ann", "Open"), await SendAsync("bob"));
        await SendAsync("ann");
        var ordered = House.Watched.Single(segment => segment.Value.Name == "ordered lately").Key;
        var before = await House.Memberships.ListAsync(ordered, 0, 10, Cancelled);
        Assert.Equal([ann, bob], before.Select(member => member.Id));
        await BeginAsync(loser: bob, survivor: ann);
        Assert.Equal(before, await House.Memberships.ListAsync(ordered, 0, 10, Cancelled));

        await House.Joiner.CompleteAsync(bob, ann);

        Assert.Equal([before[0] with { Since = before[1].Since }], await House.Memberships.ListAsync(ordered, 0, 10, Cancelled));
    }

    [Fact]
    public async Task An_undo_gives_everybody_who_is_still_a_member_the_instant_she_had_as_a_part()
    {
        var (ann, bob) = (await SendAsync("ann"), await SendAsync("bob"));
        var ordered = House.Watched.Single(segment => segment.Value.Name == "ordered lately").Key;
        var since = (await House.Memberships.ListAsync(ordered, 0, 10, Cancelled))[0].Since;
        await House.Grains.ExplicitMerges.MergeAsync(ann, bob, OnRequest, Cancelled);
        lane.Clock.Advance(TimeSpan.FromMinutes(1));

        await House.Grains.Identity(ann).ReleaseAsync(bob, Cancelled);

        Assert.Equal([(ann, since), (bob, since)], (await House.Memberships.ListAsync(ordered, 0, 10, Cancelled)).Select(member => (member.Id, member.Since)));
    }

    [Fact]
    public async Task An_undo_that_the_freed_one_never_heard_of_holds_after_a_crash_and_without()
    {
        var (ann, bob) = (await SendAsync("ann"), await SendAsync("bob"));
        await House.Grains.ExplicitMerges.MergeAsync(ann, bob, OnRequest, Cancelled);
        await House.Grains.Identity(ann).ReleaseAsync(bob, Cancelled);

        Assert.Equal(bob, (await House.Resolver.DescribeAsync(bob, Cancelled))?.Id);
        Assert.Equal(bob, await SendAsync("bob"));

        await lane.RestartAsync(isCrash: true, Cancelled);
        Assert.Equal(bob, await SendAsync("bob"));
        Assert.Equal(1, (await House.Grains.Identity(ann).ProfileAsync(Cancelled)).Profile?.EventCount);
    }

    private async Task<IdentityId> SendAsync(string name, string what = "Order")
    {
        var e = Event(null, new Identifier(IdentifierKind.AnonymousId, name)) with { Name = what };
        lane.Clock.Advance(TimeSpan.FromSeconds(1));
        return (await House.Ingest.IngestAsync([e], Cancelled))[0].Identity;
    }

    private async Task BeginAsync(IdentityId loser, IdentityId survivor)
    {
        var facts = (await House.Grains.Identity(survivor).DescribeAsync(Cancelled)).Facts!;
        var answer = await House.Grains.Identity(loser).MergeIntoAsync(new MergeRequest(facts, OnRequest), Cancelled);
        Assert.Equal(MergeVerdict.Done, answer.Verdict);
    }

    private async Task ShouldBeOneAsync(IdentityId survivor, IdentityId loser, int events)
    {
        var profile = (await House.Grains.Identity(survivor).ProfileAsync(Cancelled)).Profile!;
        Assert.Equal([loser], profile.MergedIds);
        Assert.Equal(events, profile.EventCount);
        Assert.Equal(survivor, (await House.Grains.Identity(loser).ProfileAsync(Cancelled)).MovedTo);
    }
}
