using CdpPipeline.Domain.Events;

namespace CdpPipeline.Api.Tests.Ingest;

public sealed class EventReaderTests
{
    [Fact]
    public void A_track_keeps_its_name_properties_context_and_messageId()
    {
        var read = Reading.Good("""{"type":"track","event":"Order Completed","userId":"u1","messageId":"m1","properties":{"total": 5},"context":{"ip":"1.2.3.4"}}""");

        Assert.Equal(EventType.Track, read.Type);
        Assert.Equal("Order Completed", read.Name);
        Assert.Equal("m1", read.MessageId);
        Assert.Equal("web", read.Source);
        Assert.Equal("""{"total": 5}""", Reading.Json(read.Properties));
        Assert.Equal("""{"ip":"1.2.3.4"}""", Reading.Json(read.Context));
        Assert.Equal(Reading.ReceivedAt, read.ReceivedAt);
        Assert.Equal(Reading.ReceivedAt, read.Timestamp);
    }

    [Fact]
    public void Nothing_optional_is_needed()
    {
        var read = Reading.Good("""{"event":"E","userId":"u1"}""");

        Assert.Null(read.MessageId);
        Assert.Equal("{}", Reading.Json(read.Properties));
        Assert.True(read.Context.IsEmpty);
    }

    [Theory]
    [InlineData("""{"event":"E","userId":"u1","messageId":null,"properties":null,"context":null,"traits":null,"timestamp":null,"integrations":{"All":false},"x":[1]}""")]
    [InlineData("\uFEFF{\"event\":\"E\",\"userId\":\"u1\"}")]
    [InlineData("""  {"\u0065vent":"\u0045","user\u0049d":"u\u0031"}  """)]
    public void Nulls_marks_escapes_and_unknown_fields_are_taken(string body)
    {
        var read = Reading.Good(body);

        Assert.Equal("E", read.Name);
        Assert.Equal("userId:u1", Reading.Identifiers(read));
    }

    [Theory]
    [InlineData("""{"userId":"u"}""", "Page Viewed", "{}")]
    [InlineData("""{"userId":"u","name":"Home"}""", "Page Viewed", """{"name":"Home"}""")]
    [InlineData("""{"userId":"u","name":"Home","category":"Shop","properties":{"url":"/"}}""", "Page Viewed", """{"name":"Home","category":"Shop","url":"/"}""")]
    [InlineData("""{"userId":"u","category":"Shop","properties":{ }}""", "Page Viewed", """{"category":"Shop"}""")]
    [InlineData("""{"userId":"u","name":"Home","properties":{"name":"Mine"}}""", "Page Viewed", """{"name":"Mine"}""")]
    [InlineData("""{"userId":"u","name":"Home","category":"C","properties":{"name":null,"a":1}}""", "Page Viewed", """{"category":"C","name":null,"a":1}""")]
    [InlineData("""{"type":"screen","userId":"u","name":"Home"}""", "Screen Viewed", """{"name":"Home"}""")]
    [InlineData("""{"userId":"u","event":"Ignored"}""", "Page Viewed", "{}")]
    public void A_page_or_screen_call_puts_its_name_into_its_properties(string body, string name, string properties)
    {
        var read = Reading.Good(body, EventType.Page);

        Assert.Equal(name, read.Name);
        Assert.Equal(properties, Reading.Json(read.Properties));
    }

    [Theory]
    [InlineData("""{"userId":"u","traits":{"plan":"pro"},"properties":{"x":1}}""", """{"plan":"pro"}""")]
    [InlineData("""{"userId":"u"}""", "{}")]
    [InlineData("""{"userId":"u","context":{"traits":{"plan":"pro"}}}""", """{"plan":"pro"}""")]
    [InlineData("""{"userId":"u","traits":null,"context":{"traits":{"plan":"pro"}}}""", """{"plan":"pro"}""")]
    [InlineData("""{"userId":"u","traits":{"a":1},"context":{"traits":{"plan":"pro"}}}""", """{"a":1}""")]
    public void An_identify_has_its_traits_or_those_of_its_context(string body, string traits)
    {
        var read = Reading.Good(body, EventType.Identify);

        Assert.Null(read.Name);
        Assert.Equal(traits, Reading.Json(read.Properties));
    }

    [Theory]
    [InlineData("""{"userId":"u","groupId":"g1","traits":{"seats":5}}""", """{"groupId":"g1","traits":{"seats":5}}""")]
    [InlineData("""{"userId":"u","groupId":7}""", """{"groupId":"7","traits":{}}""")]
    public void A_group_call_carries_the_group_and_its_traits(string body, string properties) =>
        Assert.Equal(properties, Reading.Json(Reading.Good(body, EventType.Group).Properties));

    [Theory]
    [InlineData("""{"userId":"u","previousId":" a1 "}""", "a1", """{"previousId":" a1 "}""")]
    [InlineData("""{"anonymousId":"u","previousId":42}""", "42", """{"previousId":"42"}""")]
    public void An_alias_carries_the_previous_id(string body, string previousId, string properties)
    {
        var read = Reading.Good(body, EventType.Alias);

        Assert.Equal(previousId, read.PreviousId);
        Assert.Equal(properties, Reading.Json(read.Properties));
    }

    [Theory]
    [InlineData("""{"type":"unheard","userId":"u"}""", "type")]
    [InlineData("""{"type":5,"userId":"u"}""", "type")]
    [InlineData("""{"type":"track","userId":"u"}""", "event")]
    [InlineData("""{"event":"","userId":"u"}""", "event")]
    [InlineData("""{"event":"  ","userId":"u"}""", "event")]
    [InlineData("""{"event":5,"userId":"u"}""", "event")]
    [InlineData("""{"event":"E"}""", "userId")]
    [InlineData("""{"event":"E","userId":null,"anonymousId":""}""", "userId")]
    [InlineData("""{"event":"E","userId":"undefined"}""", "userId")]
    [InlineData("""{"event":"E","userId":{}}""", "userId")]
    [InlineData("""{"event":"E","userId":"u","anonymousId":[]}""", "anonymousId")]
    [InlineData("""{"event":"E","userId":true}""", "userId")]
    [InlineData("""{"event":"E","userId":"u","properties":[]}""", "properties")]
    [InlineData("""{"event":"E","userId":"u","context":"x"}""", "context")]
    [InlineData("""{"type":"identify","userId":"u","traits":1}""", "traits")]
    [InlineData("""{"event":"E","userId":"u","messageId":""}""", "messageId")]
    [InlineData("""{"event":"E","userId":"u","messageId":5}""", "messageId")]
    [InlineData("""{"type":"group","userId":"u"}""", "groupId")]
    [InlineData("""{"type":"group","userId":"u","groupId":""}""", "groupId")]
    [InlineData("""{"type":"group","userId":"u","groupId":[]}""", "groupId")]
    [InlineData("""{"type":"alias","userId":"u"}""", "previousId")]
    [InlineData("""{"type":"alias","userId":"u","previousId":"null"}""", "previousId")]
    [InlineData("""{"type":"alias","previousId":"a"}""", "userId")]
    [InlineData("""{"type":"alias","previousId":"a","context":{"traits":{"email":"a@b.c"}}}""", "userId")]
    [InlineData("""{"type":"page","userId":"u","name":5}""", "name")]
    [InlineData("""{"event":"E","userId":"u","userId":"v"}""", "userId")]
    [InlineData("""{"event":"E","userId":"u","properties":{},"p\u0072operties":{}}""", "properties")]
    [InlineData("""{"event":"E","userId":"u","messageId":null,"messageId":"m"}""", "messageId")]
    [InlineData("[]", "body")]
    [InlineData("5", "body")]
    public void A_bad_event_is_rejected_with_the_field_at_fault(string body, string field) => Assert.Equal(field, Reading.Fault(body));

    [Theory]
    [InlineData("userId")]
    [InlineData("anonymousId")]
    public void An_id_that_is_too_long_is_told_even_where_another_one_would_do(string field)
    {
        var other = field == "userId" ? "anonymousId" : "userId";
        string Body(int length) => $$"""{"event":"E","{{other}}":"o","{{field}}":" {{new string('é', length)}} "}""";

        Assert.Equal(2, Reading.Good(Body(512)).Identifiers.Count);
        Assert.Equal(field, Reading.Fault(Body(513)));
    }

    [Fact]
    public void Texts_may_be_as_long_as_their_limit_and_no_longer()
    {
        static string Body(int messageId, int name) =>
            $$"""{"event":"{{new string('é', name)}}","userId":"u","messageId":"{{new string('é', messageId)}}"}""";

        Assert.Equal(512, Reading.Good(Body(256, 512)).Name!.Length);
        Assert.Equal("messageId", Reading.Fault(Body(257, 512)));
        Assert.Equal("event", Reading.Fault(Body(256, 513)));
    }

    [Fact]
    public void The_same_name_is_the_same_string_again()
    {
        var reader = Reading.Reader();
        string Name() => Assert.Single(reader.ReadOne("""{"event":"Signed In","userId":"u"}"""u8, new Api.Ingest.Envelope(Reading.ReceivedAt, Reading.Web) { PathType = EventType.Track }).Events).Name!;

        Assert.Same(Name(), Name());
    }

    [Theory]
    [InlineData("""{"type":"track","userId":"u","event":"E"}""", "E", "unknown")]
    [InlineData("""{"type":"track","userId":"u","event":"E","source":"shop"}""", "E", "shop")]
    [InlineData("""{"type":"page","userId":"u"}""", "Page Viewed", "unknown")]
    [InlineData("""{"type":"page","userId":"u","event":"","source":""}""", "Page Viewed", "unknown")]
    [InlineData("""{"type":"page","userId":"u","event":"Pricing"}""", "Pricing", "unknown")]
    [InlineData("""{"type":"group","userId":"u","traits":{"groupId":"g"}}""", null, "unknown")]
    [InlineData("""{"type":"group","userId":"u","traits":{"industry":"toys"}}""", null, "unknown")]
    public void The_seeds_call_names_its_source_and_may_name_its_page(string body, string? name, string source)
    {
        var read = Assert.Single(Reading.Seed(body).Events);

        Assert.Equal(name, read.Name);
        Assert.Equal(source, read.Source);
    }

    [Theory]
    [InlineData("""{"userId":"u","event":"E"}""", "type")]
    [InlineData("""{"type":"alias","userId":"u","previousId":"a"}""", "type")]
    [InlineData("""{"type":"screen","userId":"u"}""", "type")]
    [InlineData("""{"type":"track","userId":"u","event":"E","source":5}""", "source")]
    public void The_seeds_call_knows_four_types(string body, string field) =>
        Assert.Equal(field, Assert.Single(Reading.Seed(body).Rejected).Field);
}
