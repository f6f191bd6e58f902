using System.Net;
using CdpPipeline.Api.Ingest;

namespace CdpPipeline.Api.Tests.Ingest;

public sealed class SeedApiTests : IAsyncLifetime
{
    private IngestHost host = null!;

    public async ValueTask InitializeAsync() => host = await IngestHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task The_first_seeds_call_is_answered_with_the_person()
    {
        var response = await host.PostAsync("/api/track", """{"type":"track","userId":"u","event":"E","properties":{"a":1},"source":"shop"}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal($$"""{"success":true,"identityId":"{{RecordingIngest.Person}}"}""", await IngestHost.TextAsync(response));
        Assert.Equal("shop", Assert.Single(host.Ingest.Events).Source);
    }

    [Fact]
    public async Task The_first_seeds_bad_call_is_told_the_field() =>
        Assert.Equal("type", await IngestHost.ProblemAsync(await host.PostAsync("/api/track", """{"type":"sale"}"""), HttpStatusCode.BadRequest, "invalid-field"));

    [Fact]
    public async Task The_second_seeds_event_is_created()
    {
        var response = await host.PostAsync("/api/events", """{"email":" Ann@Example.COM ","type":"Bought","properties":{"sku":"x"},"occurredAt":"2026-01-02T03:04:05Z"}""");
        var stored = Assert.Single(host.Ingest.Events);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal($$"""{"created":true,"eventId":"1-1","customerId":"{{RecordingIngest.Person}}"}""", await IngestHost.TextAsync(response));
        Assert.Equal("email:ann@example.com", Reading.Identifiers(stored));
        Assert.Equal(("Bought", """{"sku":"x"}""", (string?)null), (stored.Name, Reading.Json(stored.Properties), stored.MessageId));
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), stored.Timestamp);
    }

    [Fact]
    public async Task The_same_idempotency_key_for_the_same_customer_answers_with_the_first_ids()
    {
        Task<HttpResponseMessage> Post(string email) =>
            host.PostAsync("/api/events", $$"""{"email":"{{email}}","type":"E"}""", request => request.Headers.Add("Idempotency-Key", "k1"));
        var first = await Post("a@b.co");
        var again = await Post("A@b.co");
        var other = await Post("c@b.co");

        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.Created], [first.StatusCode, again.StatusCode, other.StatusCode]);
        Assert.Equal((await IngestHost.TextAsync(first)).Replace("true", "false", StringComparison.Ordinal), await IngestHost.TextAsync(again));
        Assert.Equal(2, host.Ingest.Events.Count);
    }

    [Theory]
    [InlineData("{}", "Email is required")]
    [InlineData("""{"email":"","type":"E"}""", "Email is required")]
    [InlineData("""{"email":null,"type":"E"}""", "Email is required")]
    [InlineData("""{"email":"ann","type":"E"}""", "Invalid email format")]
    [InlineData("""{"email":"ann@home","type":"E"}""", "Invalid email format")]
    [InlineData("""{"email":"a@b@c.de","type":"E"}""", "Invalid email format")]
    [InlineData("""{"email":5,"type":"E"}""", "Invalid email format")]
    [InlineData("""{"email":"a@b.co"}""", "Event type is required")]
    [InlineData("""{"email":"a@b.co","type":" "}""", "Event type is required")]
    [InlineData("""{"email":"a@b.co","type":5}""", "Event type is required")]
    [InlineData("""{"email":"a@b.co","type":"E","properties":[]}""", "Properties must be a JSON object")]
    [InlineData("""{"email":"a@b.co","type":"E","properties":"x"}""", "Properties must be a JSON object")]
    [InlineData("""{"email":"a@b.co","type":"E","occurredAt":"soon"}""", "Invalid occurredAt")]
    [InlineData("""{"email":"a@b.co","type":"E","properties":{"a":"\u0000"}}""", "invalid text in properties")]
    [InlineData("{", "Invalid JSON. Broken at line 1, byte 2.")]
    public async Task The_second_seeds_errors_are_its_own(string body, string error)
    {
        var response = await host.PostAsync("/api/events", body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal($$"""{"error":"{{error}}"}""", await IngestHost.TextAsync(response));
        Assert.Empty(host.Ingest.Events);
    }

    [Fact]
    public void An_idempotency_keys_messageId_is_short_and_its_own()
    {
        Assert.Equal("events:k", SeedEventCalls.MessageIdOf("k"));
        var longOnes = new[] { new string('k', 256), new string('l', 256) }.Select(key => SeedEventCalls.MessageIdOf(key)).ToList();
        Assert.All(longOnes, id => Assert.InRange(id.Length, 1, 256));
        Assert.Equal(2, longOnes.Distinct().Count());
    }
}
