using System.Text;

namespace CdpPipeline.Api.Tests.Ingest;

/// <summary>Each bad event stands between two good ones, which must always be handed on.</summary>
public sealed class BadInputTests
{
    private const string Good = """{"type":"page","userId":"u"}""";

    [Theory]
    [InlineData("""{"type":"track","event":"a\u0000b","userId":"u"}""", "event")]
    [InlineData("""{"type":"track","event":"E","userId":"\ud83d"}""", "userId")]
    [InlineData("""{"type":"track","event":"E","userId":"u","properties":{"a":["\ude00\ud83d"]}}""", "properties")]
    [InlineData("""{"type":"track","event":"E","userId":"u","properties":{"\ud800":1}}""", "properties")]
    [InlineData("""{"type":"track","event":"E","userId":"u","context":{"a":"\uD800\u0041"}}""", "context")]
    [InlineData("""{"type":"track","event":"E","userId":"u","messageId":"\udc00"}""", "messageId")]
    [InlineData("""{"type":"track","event":"E","userId":"u","other":"\u0000"}""", "body")]
    [InlineData("""{"type":"track","event":"E","userId":"u","\udc00":1}""", "body")]
    [InlineData("""{"type":"\ud800","userId":"u"}""", "type")]
    [InlineData("""{"type":"track","event":"E","userId":"u","timestamp":"\ud800"}""", "timestamp")]
    public void Broken_text_rejects_its_event_only(string bad, string field)
    {
        AssertOnlyTheBadOneIsRejected(bad, field);
        Assert.StartsWith("invalid text in", Reading.Batch(Between(Encoding.UTF8.GetBytes(bad))).Rejected[0].Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"track","event":"😀","userId":"u"}""")]
    [InlineData("""{"type":"track","event":"\ud83d\ude00","userId":"u"}""")]
    [InlineData("""{"type":"track","event":"😀","userId":"u","properties":{"path":"C:\\u0000\\ud800"}}""")]
    [InlineData("""{"type":"track","event":"😀","userId":"u","properties":{"text":"\\\\u0000 \"\u00e9\" \n"}}""")]
    public void Text_that_only_looks_broken_is_taken(string good)
    {
        var read = Reading.Batch(Between(Encoding.UTF8.GetBytes(good)));

        Assert.Empty(read.Rejected);
        Assert.Equal("😀", read.Events[1].Name);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC3 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    public void Broken_UTF8_rejects_its_event_only(byte[] broken)
    {
        byte[] bad = [.. """{"type":"track","event":"E","userId":"u","properties":{"a":" """u8, .. broken, .. "\"}}"u8];
        var read = Reading.Batch(Between(bad));

        Assert.Equal([0, 2], read.Indexes);
        Assert.Equal("properties", Assert.Single(read.Rejected).Field);
    }

    [Theory]
    [InlineData(31, true)]
    [InlineData(32, false)]
    [InlineData(100_000, false)]
    public void An_event_may_nest_32_levels_itself_included(int levelsBelow, bool isGood)
    {
        var arrays = levelsBelow - 1;
        var bad = $$$"""{"type":"track","event":"E","userId":"u","messageId":"m","properties":{"a":{{{new string('[', arrays)}}}{{{new string(']', arrays)}}}}}""";
        var read = Reading.Batch(Between(Encoding.UTF8.GetBytes(bad)));

        Assert.Equal(isGood ? [0, 1, 2] : [0, 2], read.Indexes);
        if (!isGood) Assert.Equal("m", Assert.Single(read.Rejected).MessageId);
    }

    [Fact]
    public void A_field_nobody_knows_may_not_nest_deeper_either() =>
        AssertOnlyTheBadOneIsRejected($$"""{"type":"page","userId":"u","x":{{new string('[', 40)}}{{new string(']', 40)}}}""", "body");

    [Fact]
    public void Brackets_without_end_are_no_JSON() =>
        Assert.Equal(400, Reading.Batch("{\"batch\":" + new string('[', 1_000_000)).Problem?.Status);

    [Fact]
    public void Ten_thousand_properties_are_taken_and_as_many_traits_are_not()
    {
        var entries = string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"k{i}\":1"));

        Assert.Equal([0, 1, 2], Reading.Batch(Between(Encoding.UTF8.GetBytes($$$"""{"type":"track","event":"E","userId":"u","properties":{{{{entries}}}}}"""))).Indexes);
        AssertOnlyTheBadOneIsRejected($$$"""{"type":"identify","userId":"u","traits":{{{{entries}}}}}""", "traits");
        AssertOnlyTheBadOneIsRejected($$$$"""{"type":"identify","userId":"u","context":{"traits":{{{{{entries}}}}}}}""", "traits");
    }

    [Fact]
    public void A_thousand_traits_are_the_limit()
    {
        static string Body(int count) =>
            $$$"""{"type":"identify","userId":"u","traits":{{{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"k{i}\":1"))}}}}}""";

        Assert.Single(Reading.One(Body(1000)).Events);
        Assert.Equal("traits", Reading.Fault(Body(1001)));
    }

    [Fact]
    public void An_event_may_have_128_KB()
    {
        static string Body(int bytes)
        {
            const string Frame = """{"type":"track","event":"E","userId":"u","properties":{"a":""}}""";
            return Frame.Insert(Frame.Length - 3, new string('x', bytes - Frame.Length));
        }

        Assert.Single(Reading.One(Body(128 * 1024)).Events);
        AssertOnlyTheBadOneIsRejected(Body((128 * 1024) + 1), "body");
    }

    [Fact]
    public void An_event_does_not_keep_the_body_alive()
    {
        var read = Reading.Batch(Between(Encoding.UTF8.GetBytes("""{"type":"track","event":"E","userId":"u","properties":{"a":1},"context":{"b":2}}""")));

        foreach (var memory in new[] { read.Events[1].Properties, read.Events[1].Context })
        {
            Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(memory, out var segment));
            Assert.Equal(7, segment.Array!.Length);
        }
    }

    private static void AssertOnlyTheBadOneIsRejected(string bad, string field)
    {
        var read = Reading.Batch(Between(Encoding.UTF8.GetBytes(bad)));

        Assert.Null(read.Problem);
        Assert.Equal([0, 2], read.Indexes);
        Assert.Equal(field, Assert.Single(read.Rejected).Field);
    }

    private static byte[] Between(ReadOnlySpan<byte> bad) =>
        [.. "{\"batch\":["u8, .. Encoding.UTF8.GetBytes(Good), .. ","u8, .. bad, .. ","u8, .. Encoding.UTF8.GetBytes(Good), .. "]}"u8];
}
