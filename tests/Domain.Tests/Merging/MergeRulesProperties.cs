using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;
using static CdpPipeline.Domain.Tests.Given;

namespace CdpPipeline.Domain.Tests.Merging;

public sealed class MergeRulesProperties
{
    [Fact]
    public void The_decision_does_not_depend_on_who_asks() => Seeds.Each(2_000, random =>
    {
        var (left, right) = (Random(random, 1), Random(random, 2));
        var isExplicit = random.Next(2) == 0;
        var preferred = Id(random.Next(1, 3));

        Assert.Equal(MergeRules.Decide(left, right, isExplicit, preferred), MergeRules.Decide(right, left, isExplicit, preferred));
    });

    [Fact]
    public void Pointers_that_follow_old_facts_form_no_cycle() => Seeds.Each(500, random =>
    {
        // Everybody may gain a userId at any time, and merges may be decided on facts as old as anybody likes.
        var people = Enumerable.Range(1, 5).Select(i => Facts(i, createdSecond: random.Next(3))).ToList();
        var seen = people.ConvertAll(facts => new List<IdentityFacts> { facts });
        var pointers = new Dictionary<IdentityId, IdentityId>();
        for (var step = 0; step < 40; step++)
        {
            var i = random.Next(people.Count);
            if (pointers.ContainsKey(people[i].Id)) continue;
            if (random.Next(4) == 0 && people[i].UserId is null) seen[i].Add(people[i] = people[i] with { UserId = $"u{i}" });
            var other = seen[random.Next(people.Count)];
            var decision = MergeRules.Decide(people[i], other[random.Next(other.Count)], isExplicit: false);
            if (decision.Refusal is null && decision.Loser == people[i].Id) pointers.Add(decision.Loser, decision.Survivor);
        }

        foreach (var start in pointers.Keys)
        {
            var (at, hops) = (start, 0);
            while (pointers.TryGetValue(at, out var next)) (at, hops) = (next, hops + 1);
            Assert.InRange(hops, 1, people.Count);
        }
    });

    private static IdentityFacts Random(Random random, int number) =>
        Facts(number, random.Next(2) == 0 ? $"u{number}" : null, random.Next(3), [.. Enumerable.Range(1, 3).Where(_ => random.Next(4) == 0)]);
}
