using CdpPipeline.Domain.Profiles;
using static CdpPipeline.Domain.Tests.Given;

namespace CdpPipeline.Domain.Tests.Profiles;

public sealed class TraitMapTests
{
    [Fact]
    public void The_newest_event_time_wins_whatever_comes_first()
    {
        var newer = TraitMap.Empty.Merge(Json("""{"plan":"pro"}"""), at: 2, receivedAt: 2);

        Assert.Equal("\"pro\"", Plan(newer.Merge(Json("""{"plan":"free"}"""), at: 1, receivedAt: 3)));
        Assert.Equal("\"free\"", Plan(newer.Merge(Json("""{"plan":"free"}"""), at: 3, receivedAt: 3)));
    }

    [Fact]
    public void Ties_go_to_the_later_arrival()
    {
        var first = TraitMap.Empty.Merge(Json("""{"plan":1}"""), at: 5, receivedAt: 1);
        var second = TraitMap.Empty.Merge(Json("""{"plan":2}"""), at: 5, receivedAt: 2);

        Assert.Equal("2", Plan(first.Combine(second)));
        Assert.Equal("2", Plan(second.Combine(first)));
        Assert.Equal("3", Plan(second.Merge(Json("""{"plan":3}"""), at: 5, receivedAt: 2)));
    }

    [Fact]
    public void Null_removes_a_trait_and_a_late_word_does_not_bring_it_back()
    {
        var removed = TraitMap.Empty.Merge(Json("""{"plan":"pro"}"""), 1, 1).Merge(Json("""{"plan":null}"""), 3, 3);

        Assert.Null(removed.Find("plan"));
        Assert.Empty(removed.Present);
        Assert.Null(Plan(removed.Merge(Json("""{"plan":"late"}"""), 2, 4)));
        Assert.Equal("\"back\"", Plan(removed.Merge(Json("""{"plan":"back"}"""), 4, 4)));
    }

    [Fact]
    public void A_removed_trait_counts_against_the_limit()
    {
        var removed = TraitMap.Empty.Merge(Json("""{"plan":null}"""), 1, 1);

        Assert.Equal(1, removed.Count);
        Assert.True(removed.Contains("plan"));
    }

    [Fact]
    public void Null_within_a_value_is_kept() =>
        Assert.Equal("""{"city":null}""", Text(TraitMap.Empty.Merge(Json("""{"address":{"city":null}}"""), 1, 1).Present["address"]));

    [Fact]
    public void Of_a_name_given_twice_the_last_counts() => Assert.Equal("2", Plan(TraitMap.Empty.Merge(Json("""{"plan":1,"plan":2}"""), 1, 1)));

    [Fact]
    public void Combining_is_commutative_and_associative() => Seeds.Each(500, random =>
    {
        // No two words at the same instant and arrival: of such only the components' order can decide.
        var instant = 0;
        TraitMap Map() => Enumerable.Range(0, random.Next(4)).Aggregate(TraitMap.Empty, (map, _) => map.Merge(Json(random.Traits()), random.Next(3), ++instant));
        var (a, b, c) = (Map(), Map(), Map());

        Assert.Equal(All(a.Combine(b)), All(b.Combine(a)));
        Assert.Equal(All(a.Combine(b).Combine(c)), All(a.Combine(b.Combine(c))));
        Assert.Equal(All(a), All(a.Combine(a)));
        Assert.Equal(All(a), All(TraitMap.Empty.Combine(a)));
    });

    private static string? Plan(TraitMap traits) => traits.Find("plan") is { } plan ? Text(plan.Json) : null;

    private static IEnumerable<string> All(TraitMap traits) =>
        traits.All.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={Text(pair.Value.Json)}@{pair.Value.At},{pair.Value.ReceivedAt}");
}
