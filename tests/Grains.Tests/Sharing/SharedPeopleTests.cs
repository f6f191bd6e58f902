using System.Text;
using System.Text.Json;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Tests.Model;
using CdpPipeline.Testing;

namespace CdpPipeline.Grains.Tests.Sharing;

/// <summary>One person with an activation in each of two processes.</summary>
public sealed class SharedPeopleTests : IAsyncLifetime
{
    private static readonly Identifier Ann = new(IdentifierKind.UserId, "ann");

    private TwoHouses houses = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => houses = await TwoHouses.OpenAsync(behind: TimeSpan.Zero, Cancelled, watches: false);

    public async ValueTask DisposeAsync() => await houses.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_bulk_reader_found_is_not_written_once_another_process_has_written(bool isJoint)
    {
        await SendAsync(houses.First, "Order");
        var segment = await SaveAsync("""{"event":"Order","count":{"operator":"lte","value":1}}""");
        await houses.Second.Watch.LookAsync(Cancelled);
        using var page = await houses.Second.Bulk.PageAsync(0, 10, houses.Second.Catalog, Judged, Cancelled);
        await SendAsync(houses.First, "Order");

        var judged = Assert.Single(page.Changing);
        Assert.False(judged.Loaded.IsStale());
        if (isJoint) Assert.Equal([judged], await houses.Second.Grains.AdoptTogetherAsync([judged], Cancelled));
        await houses.Second.Grains.AdoptAsync(judged.Loaded, Cancelled);

        Assert.Empty(await MembersAsync(segment));
        Assert.Empty(await ToldAsync());
    }

    [Fact]
    public async Task Who_is_to_be_judged_by_a_definition_that_her_process_has_not_heard_of_is_judged_by_it()
    {
        await SendAsync(houses.First, "Order");
        var ann = (await houses.First.Index.FindOwnerAsync(Ann, Cancelled))!.Value;
        await houses.Second.Grains.Identity(ann).ReevaluateAsync(0, Cancelled);
        var segment = await SaveAsync("""{"event":"Order"}""");

        await houses.Second.Grains.Identity(ann).ReevaluateAsync(houses.First.Catalog.Version, Cancelled);

        Assert.Equal([ann], await MembersAsync(segment));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_was_judged_by_a_bulk_reader_elsewhere_is_not_overwritten_by_what_is_remembered_here(bool isJoint)
    {
        await SendAsync(houses.First, "Order");
        var segment = await SaveAsync("""{"event":"Order","count":{"operator":"lte","value":1}}""");
        await houses.Second.Watch.LookAsync(Cancelled);
        using var page = await houses.Second.Bulk.PageAsync(0, 10, houses.Second.Catalog, Judged, Cancelled);
        var judged = Assert.Single(page.Changing);
        if (isJoint) Assert.Empty(await houses.Second.Grains.AdoptTogetherAsync([judged], Cancelled));
        else await houses.Second.Grains.AdoptAsync(judged.Loaded, Cancelled);
        Assert.Single(await MembersAsync(segment));

        await SendAsync(houses.First, "Order");

        Assert.Empty(await MembersAsync(segment));
        Assert.Equal([true, false], (await ToldAsync()).Select(each => each.IsEntry));
    }

    [Fact]
    public async Task Who_appears_in_a_process_that_has_not_heard_of_a_definition_is_judged_by_it_all_the_same()
    {
        await SendAsync(houses.Second, "Open");
        var segment = await SaveAsync("""{"event":"Order"}""");
        Assert.NotEqual(houses.First.Catalog.Version, houses.Second.Catalog.Version);

        await SendAsync(houses.Second, "Order");

        Assert.Single(await MembersAsync(segment));
        Assert.Equal(houses.First.Catalog.Version, houses.Second.Catalog.Version);
    }

    [Fact]
    public async Task A_definition_may_refer_to_a_segment_that_this_process_has_not_heard_of()
    {
        await SendAsync(houses.Second, "Order");
        var ann = houses.Second.Grains.Identity((await houses.Second.Resolver.DescribeAsync(Ann, Cancelled))!.Id);

        Assert.Equal(1, (await houses.Second.Preview.MatchAsync(await NewsAsync(), null, Cancelled)).All.Count);
        Assert.Equal(1, (await houses.Second.Preview.MatchAsync(new EventCondition("Open"), (await NewsAsync()).Segment, Cancelled)).Leaving.Count);
        Assert.True((await ann.MatchesAsync(await NewsAsync(), Cancelled)).Matches);
        var news = await NewsAsync();
        Assert.True((await ann.ExplainAsync(news.Segment, news, Cancelled)).Explanation!.Root.Holds);

        async Task<SegmentReference> NewsAsync()
        {
            var segment = await SaveAsync("""{"event":"Order"}""");
            Assert.Null(houses.Second.Catalog.Find(segment));
            return new SegmentReference(segment);
        }
    }

    [Fact]
    public async Task Nobody_enters_the_same_segment_twice_at_the_same_instant_in_whatever_process()
    {
        var segment = await SaveAsync("""{"field":"traits.plan","operator":"eq","value":"pro"}""");

        // To the second process it is always the instant at which she first entered.
        houses.SecondClock.Advance(TimeSpan.FromMicroseconds(1));
        foreach (var (house, plan) in new[] { (houses.First, "pro"), (houses.Second, "free"), (houses.Second, "pro"), (houses.First, "free"), (houses.First, "pro") })
        {
            // Newer than what was said before, though no clock has moved.
            houses.Lane.Clock.Advance(TimeSpan.FromMicroseconds(1));
            await SendAsync(house, name: null, $$"""{"plan":"{{plan}}"}""");
        }

        var entries = (await ToldAsync()).Where(each => each.IsEntry).Select(each => each.Since).ToList();
        Assert.Equal(3, entries.Count);
        Assert.Equal(entries.Distinct().Order(), entries.Order());
        Assert.Equal(entries.Max(), Assert.Single(await houses.First.Memberships.ListAsync(segment, 0, 10, Cancelled)).Since);
    }

    [Fact]
    public async Task An_identifier_that_another_process_gave_to_a_part_of_her_is_known_to_be_hers()
    {
        var (visitor, mail) = (new Identifier(IdentifierKind.AnonymousId, "visitor"), new Identifier(IdentifierKind.Email, "ann@example.com"));
        await SendAsync(houses.First, [visitor]);
        await SendAsync(houses.First, [Ann]);
        await SendAsync(houses.First, [Ann, visitor]);
        await SendAsync(houses.Second, [mail, visitor]);

        var outcomes = await SendAsync(houses.First, [Ann, mail]);

        Assert.Equal(IngestStatus.Stored, Assert.Single(outcomes).Status);
        Assert.Equal((await houses.First.Resolver.DescribeAsync(Ann, Cancelled))!.Id, (await houses.First.Resolver.DescribeAsync(mail, Cancelled))!.Id);
    }

    [Fact]
    public async Task A_count_that_missed_what_a_fenced_node_did_is_the_rows_after_counting_again()
    {
        var segment = await SaveAsync("""{"event":"Order"}""");
        Assert.Equal(0, (await houses.First.Grains.Segment(segment).CountAsync(Cancelled)).MemberCount);
        await SendAsync(houses.Second, "Order");
        await houses.First.Fencing.FenceAsync(houses.Second.Fencing.Node, Cancelled);
        Assert.Equal(0, (await houses.First.Grains.Segment(segment).CountAsync(Cancelled)).MemberCount);

        houses.First.Recounts.RequestAll();
        houses.First.Recounts.RequestAll();
        houses.First.Recounts.Start();

        await Eventually.HoldsAsync(async () => (await houses.First.Grains.Segment(segment).CountAsync(Cancelled)).MemberCount > 0, "she is counted", Cancelled);
        Assert.Equal(1, (await houses.First.Grains.Segment(segment).CountAsync(Cancelled)).MemberCount);
    }

    private Task<IReadOnlyList<IngestOutcome>> SendAsync(House house, string? name, string properties = "{}") => SendAsync(house, [Ann], name, properties);

    private Task<IReadOnlyList<IngestOutcome>> SendAsync(House house, IReadOnlyList<Identifier> identifiers, string? name = "Open", string properties = "{}") => house.Ingest.IngestAsync(
        [
            new Event
            {
                Type = name is null ? EventType.Identify : EventType.Track,
                Name = name,
                Identifiers = identifiers,
                Timestamp = houses.Lane.Clock.Now,
                ReceivedAt = houses.Lane.Clock.Now,
                Source = "test",
                Properties = Encoding.UTF8.GetBytes(properties),
            },
        ],
        Cancelled);

    private async Task<SegmentId> SaveAsync(string filter)
    {
        using var json = JsonDocument.Parse(filter);
        return (await houses.First.Grains.Catalog.SaveAsync(new SaveSegment(null, "x", null, FilterReader.ReadTrusted(json.RootElement)), Cancelled)).Saved!.Id;
    }

    private async Task<IEnumerable<IdentityId>> MembersAsync(SegmentId segment) =>
        (await houses.First.Memberships.ListAsync(segment, 0, 10, Cancelled)).Select(member => member.Id);

    private static JudgedIdentity Judged(LoadedIdentity loaded)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new JudgedIdentity(loaded, loaded.Catalog.Evaluate(loaded.Memberships, loaded.Person, PersonChange.Everything, now), now);
    }

    private async Task<List<MembershipTransition>> ToldAsync() =>
        [.. (await houses.First.Transitions.ReadAsync([], 100, Cancelled)).OrderBy(each => each.At).ThenBy(each => !each.IsEntry)];
}
