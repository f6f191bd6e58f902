using CdpPipeline.Domain.Profiles;
using static CdpPipeline.Domain.Tests.Given;

namespace CdpPipeline.Domain.Tests.Profiles;

public sealed class GroupMapTests
{
    [Fact]
    public void What_is_said_of_a_group_goes_by_event_time_within_it()
    {
        var groups = GroupMap.Empty
            .Merge("g", Json("""{"size":2}"""), at: 2, receivedAt: 1)
            .Merge("g", Json("""{"size":1,"city":"Rome"}"""), at: 1, receivedAt: 2)
            .Merge("h", Json("""{"size":9}"""), at: 0, receivedAt: 3);

        Assert.Equal(["g", "h"], groups.All.Select(group => group.Key));
        Assert.Equal(["\"Rome\"", "2"], groups.All.First().Value.Present.Select(pair => Text(pair.Value)));
    }

    [Fact]
    public void A_group_without_traits_is_a_group() => Assert.True(GroupMap.Empty.Merge("g", default, 1, 1).Contains("g"));

    [Fact]
    public void Combining_keeps_the_groups_of_both()
    {
        var left = GroupMap.Empty.Merge("g", Json("""{"size":1}"""), 1, 1);
        var right = GroupMap.Empty.Merge("g", Json("""{"size":2}"""), 2, 1).Merge("h", default, 1, 1);

        foreach (var combined in new[] { left.Combine(right), right.Combine(left) })
        {
            Assert.Equal(2, combined.Count);
            Assert.Equal("2", Text(combined.All.First().Value.Present["size"]));
        }
    }
}
