using CdpPipeline.Domain.Events;

namespace CdpPipeline.Api.Tests.Ingest;

public sealed class EventIdentifierTests
{
    [Theory]
    [InlineData("""{"event":"E","anonymousId":"a","userId":"u"}""", "userId:u anonymousId:a")]
    [InlineData("""{"event":"E","userId":42}""", "userId:42")]
    [InlineData("""{"event":"E","userId":"","anonymousId":"a"}""", "anonymousId:a")]
    [InlineData("""{"event":"E","userId":null,"anonymousId":"a"}""", "anonymousId:a")]
    [InlineData("""{"event":"E","userId":"[object Object]","anonymousId":" a "}""", "anonymousId:a")]
    [InlineData("""{"event":"E","userId":"u","traits":{"email":"a@b.c"}}""", "userId:u")]
    [InlineData("""{"event":"E","context":{"traits":{"email":" A@B.c "}}}""", "email:a@b.c")]
    [InlineData("""{"event":"E","context":{"traits":{"phone":"+49 (30) 12345"}},"anonymousId":"a"}""", "phone:+493012345 anonymousId:a")]
    [InlineData("""{"event":"E","context":{"traits":{"phone":4930123456}}}""", "phone:4930123456")]
    [InlineData("""{"event":"E","userId":"u","context":{"traits":{"email":{"x":1},"phone":[5]}}}""", "userId:u")]
    [InlineData("""{"event":"E","userId":"u","context":{"traits":"none"}}""", "userId:u")]
    [InlineData("""{"event":"E","userId":"u","properties":{"email":"a@b.c"}}""", "userId:u")]
    [InlineData("""{"event":"Signed Up","properties":{"email":"a@b.c","phone":"12345"}}""", "email:a@b.c phone:12345")]
    [InlineData("""{"event":"E","userId":"u","properties":{"nested":{"email":"a@b.c"}},"context":{"x":{"traits":{"email":"a@b.c"}}}}""", "userId:u")]
    [InlineData("""{"type":"identify","traits":{"email":"a@b.c","phone":"12345"},"context":{"traits":{"email":"A@B.C","phone":"67890"}},"userId":"u","anonymousId":"x"}""", "userId:u email:a@b.c phone:12345 phone:67890 anonymousId:x")]
    [InlineData("""{"type":"group","groupId":"g","userId":"u","traits":{"email":"firm@b.c"}}""", "userId:u")]
    public void Identifiers_are_found_normalised_and_ordered(string body, string identifiers) =>
        Assert.Equal(identifiers, Reading.Identifiers(Reading.Good(body)));

    [Fact]
    public void The_placeholders_and_the_identifying_events_are_options()
    {
        var reader = Reading.Reader(options =>
        {
            options.Placeholders = ["nobody"];
            options.IdentifyingEvents = ["Subscribed"];
        });
        string Read(ReadOnlySpan<byte> body) => Reading.Identifiers(
            Assert.Single(reader.ReadOne(body, new Api.Ingest.Envelope(Reading.ReceivedAt, Reading.Web) { PathType = EventType.Track }).Events));

        Assert.Equal("userId:null", Read("""{"event":"E","userId":"null","anonymousId":"NOBODY"}"""u8));
        Assert.Equal("email:a@b.c", Read("""{"event":"Subscribed","properties":{"email":"a@b.c"}}"""u8));
    }
}
