using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Retention;

namespace CdpPipeline.Domain.Tests.Retention;

public sealed class RetentionRulesTests
{
    private static readonly Identifier Ann = Given.User("ann");
    private static readonly RetentionRules Rules = new([new SourceCutoff("test", Given.Noon.AddSeconds(10)), new SourceCutoff("app", Given.Noon)]);

    [Theory]
    [InlineData(EventType.Track, Retained.NoLonger)]
    [InlineData(EventType.Page, Retained.NoLonger)]
    [InlineData(EventType.Screen, Retained.NoLonger)]
    [InlineData(EventType.Identify, Retained.Always)]
    [InlineData(EventType.Group, Retained.Always)]
    [InlineData(EventType.Alias, Retained.Always)]
    public void Only_what_somebody_did_goes(EventType type, Retained expected) =>
        Assert.Equal(expected, Rules.Of(Given.Component(1), Given.Track("x", 0, Ann) with { Type = type }));

    [Theory]
    [InlineData("test", 9, Retained.NoLonger)]
    [InlineData("test", 10, Retained.Yet)]
    [InlineData("app", 0, Retained.Yet)]
    [InlineData("app", -1, Retained.NoLonger)]
    [InlineData("Test", -1, Retained.Always)]
    public void The_arrival_counts_by_the_source(string source, int second, Retained expected) =>
        Assert.Equal(expected, Rules.Of(Given.Component(1), Given.Track("x", second, Ann) with { Source = source, Timestamp = Given.Noon.AddYears(-9) }));

    [Fact]
    public void The_last_word_on_a_category_stays_until_there_is_a_newer_one()
    {
        var (first, second) = (Said(1, "Ads"), Said(2, "Ads"));
        var both = Said(1, "Other") with { Context = Given.Json("""{"consent":{"categoryPreferences":{"Ads":true,"Other":true}}}""") };
        var after = Given.Component(1).After(first, second, both);

        Assert.Equal((Retained.NoLonger, Retained.ForConsent, Retained.ForConsent), (Rules.Of(after, first), Rules.Of(after, second), Rules.Of(after, both)));
    }

    [Fact]
    public void What_takes_its_place_makes_it_a_duplicate_and_keeps_what_came_by_it()
    {
        var entry = new EventEntry(1, 1, Given.Track("x", 5, Ann, Given.Email("a@x")) with { MessageId = "m" }) { Claimed = [Ann] };
        var before = Given.Component(1).After(entry);

        var after = Given.Component(1).After(RetentionRules.Expire(entry, Given.Noon.AddDays(1)));

        Assert.Equal(before.Identifiers, after.Identifiers);
        Assert.Equal(before.Messages.Hashes.ToArray(), after.Messages.Hashes.ToArray());
        Assert.Equal(before.Messages.Seqs.ToArray(), after.Messages.Seqs.ToArray());
        Assert.Equal((1, 0, long.MaxValue, 0), (after.Seq, after.EventCount, after.FirstSeen, after.ReceivedAt));
    }

    [Fact]
    public void Without_an_identifier_or_a_messageId_only_the_place_is_left()
    {
        var gone = RetentionRules.Expire(new EventEntry(1, 3, Given.Track("x", 5, Ann)), Given.Noon.AddDays(1));

        Assert.Equal((1, 3, Given.Noon.AddDays(1)), (gone.Component, gone.Seq, gone.At));
        Assert.Equal(new Expired(null, null), gone.Change);
        Assert.Equal(0, Given.Component(1).After(gone).Messages.Hashes.Length);
    }

    private static Event Said(int second, string category) =>
        Given.Track("x", second, Ann) with { Context = Given.Json($$$"""{"consent":{"categoryPreferences":{"{{{category}}}":true} } }""") };
}
