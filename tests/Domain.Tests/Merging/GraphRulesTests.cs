using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Domain.Profiles;
using static CdpPipeline.Domain.Tests.Given;

namespace CdpPipeline.Domain.Tests.Merging;

public sealed class GraphRulesTests
{
    private static readonly MergeCause Shared = new(MergeReason.SharedEvent, [Anonymous("a")], "m");

    [Fact]
    public void The_loser_checks_the_rule_herself()
    {
        var older = new Person(Component(1).After(Track("A", 0, Anonymous("a"))));

        Assert.Null(GraphRules.MergeInto(older, Facts(2, createdSecond: 5), Shared, Noon));
        var entry = Assert.IsType<ChangeEntry>(GraphRules.MergeInto(older, Facts(2, "u", createdSecond: 5), Shared, Noon));
        Assert.Equal((1, 2, new MergedInto(Id(2), Shared)), (entry.Component, entry.Seq, entry.Change));
    }

    [Fact]
    public void The_survivor_absorbs_only_who_points_at_one_of_her_components()
    {
        var loser = Component(3).After(new MergedInto(Id(2), Shared));

        Assert.Null(GraphRules.Absorb(new Person(Component(1)), loser, Noon));
        Assert.Null(GraphRules.Absorb(new Person(Component(2)), Component(3), Noon));
        var entry = Assert.IsType<ChangeEntry>(GraphRules.Absorb(new Person([Component(1), Component(2)]), loser, Noon));
        Assert.Equal((2, new Absorbed(3, Id(3), Shared)), (entry.Component, entry.Change));
    }

    [Fact]
    public void An_undo_is_written_to_both_logs_and_keeps_the_two_apart()
    {
        var person = Merged();

        var entries = GraphRules.Release(person, Id(2), Noon);

        Assert.Equal([1L, 2L], entries.Select(entry => entry.Component));
        var after = entries.Aggregate(person, (all, entry) => all.With(all.Find(entry.Component).After(entry)));
        Assert.Equal([Id(2)], after.Find(1).KeptApart);
        Assert.Equal([Id(1)], after.Find(2).KeptApart);
        Assert.Null(after.Find(2).MergedInto);
        Assert.Equal(Noon, Assert.Single(after.Find(1).Merges).UndoneAt);
    }

    [Fact]
    public void There_is_nothing_to_undo_of_oneself_or_of_a_stranger()
    {
        Assert.Empty(GraphRules.Release(Merged(), Id(1), Noon));
        Assert.Empty(GraphRules.Release(Merged(), Id(9), Noon));
    }

    [Fact]
    public void A_component_leaves_with_all_that_it_had_absorbed()
    {
        var person = Merged();

        Assert.Equal([Id(2), Id(3)], person.SubtreeOf(person.Find(2)).Select(component => component.Id));
        Assert.Equal([Id(1)], person.Release(person.SubtreeOf(person.Find(2))).Components.Select(component => component.Id));
    }

    [Fact]
    public void Joining_again_ends_being_kept_apart()
    {
        var apart = Component(2).After(new MergedInto(Id(1), Shared)).After(new Unmerged([Id(1)]));
        Assert.Equal([Id(1)], apart.KeptApart);

        Assert.Empty(apart.After(new MergedInto(Id(1), Shared)).KeptApart);
        Assert.Empty(Component(1).After(new Absorbed(2, Id(2), Shared)).After(new Released(2, Id(2))).After(new Absorbed(2, Id(2), Shared)).KeptApart);
    }

    /// <summary>3 went into 2, and 2 into 1.</summary>
    private static Person Merged() => new(
    [
        Component(1).After(new Absorbed(2, Id(2), Shared)),
        Component(2).After(new Absorbed(3, Id(3), Shared)).After(new MergedInto(Id(1), Shared)),
        Component(3).After(new MergedInto(Id(2), Shared)),
    ]);
}
