using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Grains.Tests.Model;

namespace CdpPipeline.Grains.Tests.Merging;

public sealed class RaceTests : FreshHouse
{
    [Fact]
    public async Task First_events_of_a_new_person_from_64_clients_make_one_identity()
    {
        for (var round = 0; round < 20; round++)
        {
            var (user, anonymous) = (new Identifier(IdentifierKind.UserId, $"u{round}"), new Identifier(IdentifierKind.AnonymousId, $"a{round}"));
            Identifier[][] spellings = [[user, anonymous], [anonymous], [user]];

            var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(() => SendAsync($"m{round}.{i}", spellings[i % 3]), Cancelled)));

            Assert.All(outcomes, outcome => Assert.Equal(IngestStatus.Stored, outcome.Status));
            var facts = await House.Resolver.DescribeAsync(user, Cancelled);
            Assert.Equal(facts!.Id, (await House.Resolver.DescribeAsync(anonymous, Cancelled))?.Id);
            Assert.Equal(64, (await House.Grains.Identity(facts.Id).ProfileAsync(Cancelled)).Profile?.EventCount);
            Assert.Equal(round + 1, (await House.Index.ListAsync(null, null, 100, Cancelled)).Count);
        }

        Assert.Empty(await House.Index.PendingMergesAsync(10, Cancelled));
    }

    [Fact]
    public async Task The_same_event_from_64_clients_is_stored_once()
    {
        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 64).Select(_ => Task.Run(() => SendAsync("once", new(IdentifierKind.Email, "a@x.com"), new(IdentifierKind.AnonymousId, "a")), Cancelled)));

        Assert.Single(outcomes, outcome => outcome.Status == IngestStatus.Stored);
        Assert.Single(outcomes.Select(outcome => outcome.Event).Distinct());
    }

    [Fact]
    public async Task Crossing_merges_converge()
    {
        for (var round = 0; round < 30; round++)
        {
            var kind = round % 2 == 0 ? IdentifierKind.UserId : IdentifierKind.AnonymousId;
            var left = (await SendAsync(null, new Identifier(kind, $"left{round}"))).Identity;
            var right = (await SendAsync(null, new Identifier(kind, $"right{round}"))).Identity;

            await Task.WhenAll(MergeAsync(left, right), MergeAsync(right, left));

            var facts = await House.Resolver.DescribeAsync(left, Cancelled);
            Assert.Equal(facts!.Id, (await House.Resolver.DescribeAsync(right, Cancelled))?.Id);
            Assert.Equal(2, (await House.Grains.Identity(facts.Id).ProfileAsync(Cancelled)).Profile?.EventCount);
        }

        Assert.Empty(await House.Index.PendingMergesAsync(10, Cancelled));
    }

    [Fact]
    public async Task Old_messageIds_are_known_beyond_memory_and_across_a_merge()
    {
        const int Many = 1_500;
        var (ann, bob) = (new Identifier(IdentifierKind.AnonymousId, "ann"), new Identifier(IdentifierKind.AnonymousId, "bob"));
        await SendAsync("first", bob);
        foreach (var batch in Enumerable.Range(0, Many).Chunk(100)) await House.Ingest.IngestAsync([.. batch.Select(i => Event($"m{i}", ann))], Cancelled);

        foreach (var i in (int[])[0, 1, 700, Many - 1]) Assert.Equal(IngestStatus.Duplicate, (await SendAsync($"m{i}", ann)).Status);
        await SendAsync("both", ann, bob);
        await lane.RestartAsync(isCrash: false, Cancelled);
        foreach (var i in (int[])[0, 1, 700, Many - 1]) Assert.Equal(IngestStatus.Duplicate, (await SendAsync($"m{i}", bob)).Status);
        var mixed = await House.Ingest.IngestAsync([Event("m5", ann), Event("new", ann), Event("first", ann)], Cancelled);

        Assert.Equal([IngestStatus.Duplicate, IngestStatus.Stored, IngestStatus.Duplicate], mixed.Select(outcome => outcome.Status));
        Assert.Equal(Many + 3, (await House.Grains.Identity(mixed[0].Identity).ProfileAsync(Cancelled)).Profile?.EventCount);
    }

    private async Task<Interfaces.Ingest.IngestOutcome> SendAsync(string? messageId, params Identifier[] identifiers) =>
        (await House.Ingest.IngestAsync([Event(messageId, identifiers)], Cancelled))[0];

    private Task<Interfaces.Identities.ExplicitMergeAnswer> MergeAsync(IdentityId one, IdentityId other) =>
        Task.Run(() => House.Grains.ExplicitMerges.MergeAsync(one, other, OnRequest, Cancelled), Cancelled);
}
