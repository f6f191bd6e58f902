using CdpPipeline.Domain.Merging;
using static CdpPipeline.Domain.Tests.Given;

namespace CdpPipeline.Domain.Tests.Merging;

public sealed class MergeRulesTests
{
    [Fact]
    public void Who_has_a_userId_survives_whatever_her_age() =>
        Assert.Equal(MergeDecision.Join(loser: Id(1), survivor: Id(2)), MergeRules.Decide(Facts(1, createdSecond: 0), Facts(2, "u", createdSecond: 9), isExplicit: false));

    [Fact]
    public void Without_userIds_the_older_survives_and_of_equal_age_the_lower_id()
    {
        Assert.Equal(MergeDecision.Join(loser: Id(1), survivor: Id(2)), MergeRules.Decide(Facts(1, createdSecond: 5), Facts(2, createdSecond: 4), isExplicit: false));
        Assert.Equal(MergeDecision.Join(loser: Id(2), survivor: Id(1)), MergeRules.Decide(Facts(1), Facts(2), isExplicit: false));
    }

    [Fact]
    public void Two_userIds_are_never_joined_by_themselves() =>
        Assert.Equal(MergeRefusal.BothHaveUserId, MergeRules.Decide(Facts(1, "u"), Facts(2, "v"), isExplicit: false).Refusal);

    [Fact]
    public void Two_userIds_are_joined_on_request_and_the_preferred_survives()
    {
        Assert.Equal(MergeDecision.Join(loser: Id(1), survivor: Id(2)), MergeRules.Decide(Facts(1, "u"), Facts(2, "v"), isExplicit: true, preferred: Id(2)));
        Assert.Equal(MergeDecision.Join(loser: Id(2), survivor: Id(1)), MergeRules.Decide(Facts(1, "u"), Facts(2, "v"), isExplicit: true, preferred: Id(1)));
    }

    [Fact]
    public void A_preference_changes_nothing_where_the_rule_decides() =>
        Assert.Equal(Id(1), MergeRules.Decide(Facts(1, "u"), Facts(2), isExplicit: true, preferred: Id(2)).Survivor);

    [Fact]
    public void An_undone_pair_is_joined_again_only_on_request()
    {
        Assert.Equal(MergeRefusal.KeptApart, MergeRules.Decide(Facts(1, keptApart: 2), Facts(2), isExplicit: false).Refusal);
        Assert.Equal(MergeRefusal.KeptApart, MergeRules.Decide(Facts(1), Facts(2, keptApart: 1), isExplicit: false).Refusal);
        Assert.Null(MergeRules.Decide(Facts(1, keptApart: 2), Facts(2, keptApart: 1), isExplicit: true).Refusal);
    }

    [Fact]
    public void Who_was_parted_from_a_component_is_kept_from_whoever_speaks_for_it() =>
        Assert.Equal(
            MergeRefusal.KeptApart,
            MergeRules.Decide(Facts(1) with { Components = [Id(1), Id(3)] }, Facts(2, keptApart: 3), isExplicit: false).Refusal);

    [Fact]
    public void One_is_not_merged_with_herself() => Assert.Equal(MergeRefusal.Same, MergeRules.Decide(Facts(1), Facts(1), isExplicit: true).Refusal);

    [Fact]
    public void An_identity_speaks_for_a_bounded_number_of_components()
    {
        var many = Facts(1) with { Components = [.. Enumerable.Range(1, MergeRules.ComponentsMax).Select(Id)] };

        Assert.Equal(MergeRefusal.TooManyComponents, MergeRules.Decide(many, Facts(1_000), isExplicit: true).Refusal);
        Assert.Null(MergeRules.Decide(many with { Components = [.. many.Components.Skip(1)] }, Facts(1_000), isExplicit: true).Refusal);
    }
}
