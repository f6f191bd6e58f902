using System.Text;
using CdpPipeline.Api.History;

namespace CdpPipeline.Api.Tests.History;

public sealed class NdjsonFormatTests
{
    [Theory]
    [InlineData("""{"a":1}""", """{"messageId":"ID","a":1}""")]
    [InlineData(""" { } """, """{"messageId":"ID" } """)]
    [InlineData("""{"a":1, "messageId" : null, "b":[null]}""", """{"a":1, "messageId" : "ID", "b":[null]}""")]
    [InlineData("""{"traits":{"messageId":"m"}}""", """{"messageId":"ID","traits":{"messageId":"m"}}""")]
    public void A_call_without_a_messageId_is_given_one(string line, string call) => Assert.Equal(call.Replace("ID", MessageIds.Of(Record(line)), StringComparison.Ordinal), Read(line));

    [Theory]
    [InlineData("""{"messageId":"m","a":1}""")]
    [InlineData("""{"message\u0049d":"m"}""")]
    [InlineData("""{"messageId":"m","\ud800 is half a character":1}""")]
    [InlineData("""{"messageId":"m","traits":{},"traits":{}}""")]
    public void A_call_that_has_one_is_sent_as_it_is_whatever_else_is_in_it(string line) => Assert.Equal(line, Read(line));

    [Fact]
    public void A_call_that_names_something_twice_or_is_very_deep_is_for_the_server_to_judge()
    {
        foreach (var line in new[] { """{"messageId":null,"a":1,"a":2}""", $$"""{"messageId":null,"a":{{new string('[', 2_000)}}{{new string(']', 2_000)}}}""" })
            Assert.Equal(line.Replace("null", $"\"{MessageIds.Of(Record(line))}\"", StringComparison.Ordinal), Read(line));
    }

    private static string Read(string line) => Encoding.UTF8.GetString(new NdjsonFormat().Read(Record(line)).Call!);

    private static FileRecord Record(string line) => new(7, Encoding.UTF8.GetBytes(line), 0, 8);
}
