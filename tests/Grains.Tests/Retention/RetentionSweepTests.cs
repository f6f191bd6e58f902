using System.Text;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Retention;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Tests.Model;
using CdpPipeline.Testing;

namespace CdpPipeline.Grains.Tests.Retention;

/// <summary>What the removal of old events leaves of a person, whatever happens beside it.</summary>
public sealed class RetentionSweepTests : FreshHouse
{
    private const string Source = "test";

    private static readonly Identifier Ann = new(IdentifierKind.UserId, "ann");
    private static readonly Identifier Bob = new(IdentifierKind.AnonymousId, "bob");

    [Fact]
    public async Task What_is_kept_long_enough_goes_and_the_rest_of_her_stays()
    {
        House.Keep(Source, days: 30);
        var id = (await SendAsync(Event("old", Ann, Bob))).Identity;
        await SendAsync(Event("who", Ann) with { Type = EventType.Identify, Name = null, Properties = """{"plan":"pro"}"""u8.ToArray() });
        lane.Clock.Advance(TimeSpan.FromDays(30));
        await SendAsync(Event("new", Ann));
        Assert.Equal(0, await House.Retention.SweepAsync(Cancelled));
        lane.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, await House.Retention.SweepAsync(Cancelled));

        var profile = (await House.Grains.Identity(id).ProfileAsync(Cancelled)).Profile!;
        Assert.Equal(2, profile.EventCount);
        Assert.Equal(["new", "who"], profile.Timeline.Select(stored => stored.MessageId));
        Assert.Equal("\"pro\"", Encoding.UTF8.GetString(profile.Traits["plan"].Span));
        Assert.Equal([Ann, Bob], profile.Identifiers.Select(linked => linked.Identifier));
        Assert.Equal(0, await House.Retention.SweepAsync(Cancelled));
    }

    [Fact]
    public async Task A_retry_of_what_is_gone_is_a_duplicate_however_long_her_log_and_after_a_restart()
    {
        House.Keep(Source, days: 1);
        const int Count = (3 * MessageWindow.Kept) + 40;
        Event[] events = [.. Enumerable.Range(0, Count).Select(number => Event($"m{number}", Ann))];
        var stored = await House.Ingest.IngestAsync(events, Cancelled);
        lane.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(Count, await House.Retention.SweepAsync(Cancelled));

        for (var round = 0; round < 2; round++)
        {
            var again = await House.Ingest.IngestAsync(events, Cancelled);
            Assert.All(again, outcome => Assert.Equal(IngestStatus.Duplicate, outcome.Status));
            Assert.Equal(stored.Select(outcome => outcome.Event), again.Select(outcome => outcome.Event));
            await lane.RestartAsync(isCrash: round == 0, Cancelled);
        }

        await IsWhatHerLogMakesAsync(stored[0].Identity);
        var more = await House.Ingest.IngestAsync([.. Enumerable.Range(Count, 700).Select(number => Event($"m{number}", Ann))], Cancelled);
        Assert.All(more, outcome => Assert.Equal(IngestStatus.Stored, outcome.Status));
        Assert.All(await House.Ingest.IngestAsync(events, Cancelled), outcome => Assert.Equal(IngestStatus.Duplicate, outcome.Status));
    }

    [Fact]
    public async Task Who_is_a_member_by_it_no_longer_leaves_and_it_is_told_once_why()
    {
        House.Keep(Source, days: 1);
        var id = (await SendAsync(Event("one", Ann))).Identity;
        await SendAsync(Event("two", Ann));
        var twice = House.Watched.Single(segment => segment.Value.Name == "ordered twice").Key;
        lane.Clock.Advance(TimeSpan.FromDays(2));
        await House.WakeDueAsync(lane.Clock.Now, Cancelled);

        await House.Retention.SweepAsync(Cancelled);
        await House.Retention.SweepAsync(Cancelled);

        Assert.DoesNotContain((await House.Grains.Identity(id).ProfileAsync(Cancelled)).Profile!.Segments, membership => membership.Segment == twice);
        var told = (await House.Transitions.RecentAsync(twice, null, 10, Cancelled)).Select(each => (each.IsEntry, each.Cause));
        Assert.Equal([(false, MembershipCause.Retention), (true, MembershipCause.Event)], told);

        // It looks whether each live count is the number of rows.
        await lane.RestartAsync(isCrash: false, Cancelled);
    }

    [Fact]
    public async Task The_last_word_on_consent_stays_until_there_is_a_newer_one()
    {
        House.Keep(Source, days: 1);
        var id = (await SendAsync(Event("no", Ann) with { Context = Consent(granted: false) })).Identity;
        lane.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(0, await House.Retention.SweepAsync(Cancelled));
        Assert.Equal(0, await House.Retention.SweepAsync(Cancelled));
        Assert.Equal([new CategoryConsent("Ads", false, lane.Clock.Now.AddDays(-2))], (await House.Grains.Identity(id).ProfileAsync(Cancelled)).Profile!.Consents);

        await SendAsync(Event("yes", Ann) with { Context = Consent(granted: true) });

        Assert.Equal(1, await House.Retention.SweepAsync(Cancelled));
        var profile = (await House.Grains.Identity(id).ProfileAsync(Cancelled)).Profile!;
        Assert.Equal((1, true), (profile.EventCount, Assert.Single(profile.Consents).Granted));
    }

    [Fact]
    public async Task An_undo_brings_nothing_back_and_a_merge_half_done_is_completed_first()
    {
        House.Keep(Source, days: 1);
        var (ann, bob) = ((await SendAsync(Event("a", Ann))).Identity, (await SendAsync(Event("b", Bob))).Identity);
        var facts = (await House.Grains.Identity(ann).DescribeAsync(Cancelled)).Facts!;
        Assert.Equal(MergeVerdict.Done, (await House.Grains.Identity(bob).MergeIntoAsync(new MergeRequest(facts, OnRequest), Cancelled)).Verdict);
        lane.Clock.Advance(TimeSpan.FromDays(2));

        Assert.Equal(2, await House.Retention.SweepAsync(Cancelled));
        Assert.Equal(0, (await House.Grains.Identity(ann).ProfileAsync(Cancelled)).Profile!.EventCount);

        Assert.Equal(MergeVerdict.Done, (await House.Grains.Identity(ann).ReleaseAsync(bob, Cancelled)).Verdict);
        await House.Grains.Identity(bob).RefreshAsync(Cancelled);
        foreach (var id in new[] { ann, bob })
        {
            var profile = (await House.Grains.Identity(id).ProfileAsync(Cancelled)).Profile!;
            Assert.Equal((0, 1), (profile.EventCount, profile.Identifiers.Count));
            Assert.Null(profile.FirstSeen);
        }
    }

    [Fact]
    public async Task A_crash_between_two_transactions_leaves_somebody_whole_and_the_rest_is_removed_later()
    {
        var id = (await House.Ingest.IngestAsync([.. Enumerable.Range(0, 50).Select(number => Event($"m{number}", Ann))], Cancelled))[0].Identity;
        lane.Clock.Advance(TimeSpan.FromDays(2));
        SourceCutoff[] sources = [new SourceCutoff(Source, lane.Clock.Now)];
        Assert.Equal(new ExpireAnswer(ExpireVerdict.More, 20), await ExpireAsync(20));

        await lane.RestartAsync(isCrash: true, Cancelled);

        Assert.Equal(30, (await House.Grains.Identity(id).ProfileAsync(Cancelled)).Profile!.EventCount);
        await IsWhatHerLogMakesAsync(id);
        Assert.Equal((ExpireVerdict.More, 29), await ExpireAsync(29) is var more ? (more.Verdict, more.Removed) : default);
        Assert.Equal((ExpireVerdict.Done, 1), await ExpireAsync(20) is var last ? (last.Verdict, last.Removed) : default);
        Assert.Equal((ExpireVerdict.Done, 0), await ExpireAsync(20) is var none ? (none.Verdict, none.Removed) : default);

        async Task<ExpireAnswer> ExpireAsync(int count) =>
            await House.Grains.Identity(id).ExpireAsync(new ExpireRequest(id, sources, count), Cancelled) with { KeptTo = 0, LastSeq = 0 };
    }

    [Fact]
    public async Task The_profile_as_it_was_knows_nothing_of_what_was_removed_since()
    {
        House.Keep(Source, days: 1);
        var id = (await SendAsync(Event("one", Ann, Bob))).Identity;
        var then = lane.Clock.Now.AddHours(1);
        lane.Clock.Advance(TimeSpan.FromDays(2));
        await House.Retention.SweepAsync(Cancelled);

        var profile = (await House.Grains.Identity(id).ProfileAtAsync(then, Cancelled)).Profile!;

        Assert.Equal((0, 2, 0), (profile.EventCount, profile.Identifiers.Count, profile.Timeline.Count));
    }

    [Fact]
    public async Task A_sweep_that_runs_by_itself_begins_soon_after_a_retention_is_set()
    {
        var id = (await SendAsync(Event("one", Ann))).Identity;
        lane.Clock.Advance(TimeSpan.FromDays(2));
        House.Retention.Start();
        House.Keep(Source, days: 1);

        await Eventually.HoldsAsync(async () => (await House.Grains.Identity(id).ProfileAsync(Cancelled)).Profile!.EventCount == 0, "the event is removed", Cancelled);

        await House.Retention.DisposeAsync();
    }

    private static byte[] Consent(bool granted) => Encoding.UTF8.GetBytes("""{"consent":{"categoryPreferences":{"Ads":?}}}""".Replace("?", granted ? "true" : "false", StringComparison.Ordinal));

    private async Task<IngestOutcome> SendAsync(Event e) => (await House.Ingest.IngestAsync([e], Cancelled))[0];

    /// <summary>What is remembered of her is what her log says from its start, fingerprints and windows included.</summary>
    private async Task IsWhatHerLogMakesAsync(IdentityId id)
    {
        await House.Grains.Identity(id).DescribeAsync(Cancelled);
        var known = House.Grains.Peek(id)!.Own;
        var fold = new ComponentFold(new ProfileRules());
        var replayed = new Component(known.Key, known.Id, known.CreatedAt) { Windows = WindowSet.Empty(House.Catalog.HighestCondition) };
        await foreach (var entry in House.Log.ReadAsync(known.Key, afterSeq: 0, Cancelled)) replayed = fold.Apply(replayed, entry, House.Catalog);
        Assert.Equal(
            (replayed.Seq, replayed.EventCount, replayed.ReceivedAt, replayed.FirstSeen, replayed.LastSeen, replayed.Messages.Blocks, replayed.JudgedAt),
            (known.Seq, known.EventCount, known.ReceivedAt, known.FirstSeen, known.LastSeen, known.Messages.Blocks, known.JudgedAt));
        Assert.Equal(replayed.Messages.Hashes.ToArray(), known.Messages.Hashes.ToArray());
        Assert.Equal(replayed.Messages.Seqs.ToArray(), known.Messages.Seqs.ToArray());
        Assert.Equal(replayed.Identifiers, known.Identifiers);
        Assert.Equal(WindowSetFormat.Write(replayed.Windows), WindowSetFormat.Write(known.Windows));
    }
}
