namespace CdpPipeline.Api.Tests.Ingest;

public sealed class BatchReaderTests
{
    [Fact]
    public void Good_events_are_kept_beside_bad_ones_and_places_are_told()
    {
        var read = Reading.Batch("""
            {"writeKey":"k","batch":[
              {"type":"track","event":"A","userId":"u"},
              {"type":"nothing","userId":"u","messageId":"m1"},
              7,
              {"type":"identify","userId":"u","traits":{"plan":"pro"}},
              {"event":"E","userId":"u"},
              {"type":"track","event":"B","userId":"u"}]}
            """);

        Assert.Null(read.Problem);
        Assert.Equal([0, 3, 5], read.Indexes);
        Assert.Equal(["A", null, "B"], read.Events.Select(one => one.Name));
        Assert.Equal([(1, "m1", "type"), (2, null, "body"), (4, null, "type")], read.Rejected.Select(one => (one.Index, one.MessageId, one.Field)));
    }

    [Theory]
    [InlineData("""{"batch":[{"type":"page","userId":"u"}],"context":{"ip":"1","app":{"a":1}}}""", """{"ip":"1","app":{"a":1}}""")]
    [InlineData("""{"context":{"ip":"1","app":{"a":1}},"batch":[{"type":"page","userId":"u","context":{"app":{"b":2}}}]}""", """{"app":{"b":2},"ip":"1"}""")]
    [InlineData("""{"context":{"ip":"1"},"batch":[{"type":"page","userId":"u","context":{"ip":null}}]}""", """{"ip":null}""")]
    [InlineData("""{"context":"no object","batch":[{"type":"page","userId":"u","context":{"ip":"2"}}]}""", """{"ip":"2"}""")]
    [InlineData("""{"context":{"bad":"\ud800"},"batch":[{"type":"page","userId":"u","context":{"ip":"2"}}]}""", """{"ip":"2"}""")]
    [InlineData("""{"context":null,"integrations":{"All":false},"batch":[{"type":"page","userId":"u"}]}""", "")]
    public void The_batchs_context_is_the_default_under_each_events_own(string body, string context) =>
        Assert.Equal(context, Reading.Json(Assert.Single(Reading.Batch(body).Events).Context));

    [Fact]
    public void The_batchs_context_identifies_too_unless_the_event_says_otherwise()
    {
        var read = Reading.Batch("""
            {"context":{"traits":{"email":"a@b.c"}},"batch":[
              {"type":"page","anonymousId":"x"},
              {"type":"page","anonymousId":"x","context":{"traits":{"email":"own@b.c"}}}]}
            """);

        Assert.Equal(["email:a@b.c anonymousId:x", "email:own@b.c anonymousId:x"], read.Events.Select(Reading.Identifiers));
    }

    [Fact]
    public void Equal_contexts_of_neighbours_share_one_copy()
    {
        var read = Reading.Batch("""{"batch":[{"type":"page","userId":"u","context":{"ip":"1"}},{"type":"page","userId":"v","context":{"ip":"1"}}]}""");

        Assert.True(read.Events[0].Context.Equals(read.Events[1].Context));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("""{"batch":{}}""")]
    [InlineData("""{"batch":null}""")]
    [InlineData("""{"batch":"[]"}""")]
    [InlineData("""{"Batch":[]}""")]
    [InlineData("""{"batch":[],"batch":[]}""")]
    public void A_body_without_a_batch_is_refused_as_a_whole(string body)
    {
        var problem = Reading.Batch(body).Problem;

        Assert.Equal((400, "batch"), (problem?.Status, problem?.Field));
    }

    [Theory]
    [InlineData("", "line 1, byte 1")]
    [InlineData("hello", "line 1, byte 1")]
    [InlineData("{\"batch\":[\n{},", "line 2, byte 3")]
    [InlineData("""{"batch":[]} x""", "line 1, byte 14")]
    [InlineData("""{"batch":[{"a":"b]}""", "line 1")]
    [InlineData("""{'batch':[]}""", "line 1, byte 2")]
    [InlineData("""{"batch":[1,]}""", "line 1, byte 13")]
    public void A_body_that_is_not_JSON_is_refused_with_the_place(string body, string place)
    {
        var problem = Reading.Batch(body).Problem;

        Assert.Equal(400, problem?.Status);
        Assert.Contains(place, problem?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_batch_is_fine()
    {
        var read = Reading.Batch("""{"batch":[]}""");

        Assert.Null(read.Problem);
        Assert.Empty(read.Events);
    }

    [Fact]
    public void A_batch_may_have_2500_events_and_no_more()
    {
        static string Body(int count) => $$"""{"batch":[{{string.Join(',', Enumerable.Repeat("""{"type":"page","userId":"u"}""", count))}}]}""";

        Assert.Equal(2500, Reading.Batch(Body(2500)).Events.Count);
        Assert.Equal(413, Reading.Batch(Body(2501)).Problem?.Status);
    }
}
