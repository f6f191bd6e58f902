using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Tests.Model;

namespace CdpPipeline.Grains.Tests.Merging;

/// <summary>People who were merged one after the other, each into the next.</summary>
public sealed class ChainTests : FreshHouse
{
    [Fact]
    public async Task However_long_the_chain_is_its_first_link_is_found_and_takes_events()
    {
        const int Length = 80;
        var first = await SendAsync(0);
        var last = first;
        for (var i = 1; i < Length; i++)
        {
            var next = await SendAsync(i);
            Assert.Null((await House.Grains.ExplicitMerges.MergeAsync(next, last, OnRequest, Cancelled)).Refusal);
            last = next;
        }

        await lane.RestartAsync(isCrash: true, Cancelled);

        Assert.Equal(last, (await House.Resolver.DescribeAsync(first, Cancelled))?.Id);
        Assert.Equal(last, await SendAsync(0));
        Assert.Equal(Length + 1, (await House.Grains.Identity(last).ProfileAsync(Cancelled)).Profile?.EventCount);
    }

    [Fact]
    public async Task A_profile_of_the_past_shows_nobody_who_came_only_with_a_later_merge()
    {
        var cat = await SendAsync(0);
        var bob = await SendAsync(1);
        var ann = await SendAsync(2);
        await House.Grains.ExplicitMerges.MergeAsync(bob, cat, OnRequest, Cancelled);
        lane.Clock.Advance(TimeSpan.FromHours(1));
        var between = lane.Clock.Now;
        lane.Clock.Advance(TimeSpan.FromHours(1));
        await House.Grains.ExplicitMerges.MergeAsync(ann, bob, OnRequest, Cancelled);

        var then = (await House.Grains.Identity(ann).ProfileAtAsync(between, Cancelled)).Profile!;
        var now = (await House.Grains.Identity(ann).ProfileAtAsync(lane.Clock.Now, Cancelled)).Profile!;

        Assert.Equal((1, 0), (then.EventCount, then.MergedIds.Count));
        Assert.Equal((3, 2), (now.EventCount, now.MergedIds.Count));
    }

    private async Task<IdentityId> SendAsync(int user)
    {
        lane.Clock.Advance(TimeSpan.FromSeconds(1));
        var e = Event(null, new Identifier(IdentifierKind.UserId, $"u{user}"));
        return (await House.Ingest.IngestAsync([e], Cancelled))[0].Identity;
    }
}
