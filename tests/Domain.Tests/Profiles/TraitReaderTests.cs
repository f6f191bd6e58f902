using CdpPipeline.Domain.Profiles;
using static CdpPipeline.Domain.Tests.Given;

namespace CdpPipeline.Domain.Tests.Profiles;

public sealed class TraitReaderTests
{
    [Fact]
    public void The_top_level_is_read_in_order_with_values_as_they_were_sent() =>
        Assert.Equal(
            [("a", "1.50"), ("b\"", "\"x\\u00e4\""), ("", "{ \"c\" : [1, {}] }"), ("n", ""), ("z", "true")],
            Read(""" { "a" : 1.50, "b\"":"x\u00e4" ,"": { "c" : [1, {}] }, "n":null,"z":true } """));

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("\"a\"")]
    [InlineData("null")]
    public void No_object_has_no_traits(string json) => Assert.Empty(Read(json));

    [Fact]
    public void A_group_call_names_its_group_and_traits()
    {
        var read = GroupMap.Read(Json("""{"traits":{"size":3},"groupId":"g\u0031"}"""));

        Assert.Equal("g1", read?.GroupId);
        Assert.Equal("""{"size":3}""", Text(read!.Value.Traits));
        Assert.Null(GroupMap.Read(Json("""{"traits":{}}""")));
        Assert.Null(GroupMap.Read(Json("""{"groupId":null}""")));
    }

    private static IEnumerable<(string, string)> Read(string json) => TraitReader.Read(Json(json)).Select(pair => (pair.Key, Text(pair.Value)));
}
