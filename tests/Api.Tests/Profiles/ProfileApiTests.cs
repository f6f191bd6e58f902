using System.Net;
using System.Text.Json;

namespace CdpPipeline.Api.Tests.Profiles;

public sealed class ProfileApiTests
{
    [Fact]
    public async Task A_profile_shows_everything_that_was_sent()
    {
        await using var host = await ApiHost.StartAsync();
        var at = TimeProvider.System.GetUtcNow().AddDays(-1).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var id = await host.IngestAsync($$"""{"type":"identify","userId":"u1","anonymousId":"a1","traits":{"email":"U1@x.com","plan":"pro","address":{"city":"Zürich"} },"timestamp":"{{at}}","messageId":"m1"}""");
        await host.IngestAsync($$"""{"type":"group","userId":"u1","groupId":"acme","traits":{"size":7},"timestamp":"{{at}}","messageId":"m2"}""");
        await host.IngestAsync($$"""{"type":"page","userId":"u1","name":"Home","timestamp":"{{at}}","messageId":"m3"}""");
        await host.IngestAsync($$"""{"type":"track","userId":"u1","event":"Upgraded Plan","properties":{"total":12.5},"timestamp":"{{at}}","messageId":"m4"}""");

        var profile = await host.GetAsync("/api/profiles/userId:u1");

        Assert.Equal(id, profile.GetProperty("id").GetString());
        Assert.Equal("u1", profile.GetProperty("userId").GetString());
        Assert.Equal("u1@x.com", profile.GetProperty("email").GetString());
        Assert.Equal(JsonValueKind.Null, profile.GetProperty("phone").ValueKind);
        Assert.Equal("a1", Assert.Single(profile.GetProperty("anonymousIds").EnumerateArray()).GetString());
        Assert.Equal(["userId", "email", "anonymousId"], profile.GetProperty("identifiers").EnumerateArray().Select(identifier => identifier.GetProperty("kind").GetString()));
        Assert.Equal("Zürich", profile.GetProperty("traits").GetProperty("address").GetProperty("city").GetString());
        Assert.Equal(7, Assert.Single(profile.GetProperty("groups").EnumerateArray()).GetProperty("traits").GetProperty("size").GetInt32());
        Assert.Equal((at, at), (profile.GetProperty("firstSeen").GetString(), profile.GetProperty("lastSeen").GetString()));
        Assert.Equal((4, 1, 1), (profile.GetProperty("eventCount").GetInt32(), profile.GetProperty("pageViews").GetInt32(), profile.GetProperty("conversions").GetInt32()));
        Assert.Empty(profile.GetProperty("segments").EnumerateArray());
        Assert.Empty(profile.GetProperty("mergedIds").EnumerateArray());
        var newest = profile.GetProperty("timeline")[0];
        Assert.Equal(["id", "type", "name", "source", "properties", "timestamp", "messageId"], newest.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("track", "Upgraded Plan", "m4"), (newest.GetProperty("type").GetString(), newest.GetProperty("name").GetString(), newest.GetProperty("messageId").GetString()));
        Assert.Equal(12.5m, newest.GetProperty("properties").GetProperty("total").GetDecimal());
    }

    [Theory]
    [InlineData("userId:u%2F1%20é", "u/1 é")]
    [InlineData("userId:100%25", "100%")]
    [InlineData("userId:a%252Fb", "a%2Fb")]
    [InlineData("userId:a:b", "a:b")]
    [InlineData("userId:%3Fx%23y%2Bz", "?x#y+z")]
    public async Task A_reference_is_found_as_it_was_encoded(string reference, string userId)
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestAsync(JsonSerializer.Serialize(new { type = "track", userId, @event = "E" }));

        Assert.Equal(userId, (await host.GetAsync($"/api/profiles/{reference}")).GetProperty("userId").GetString());
        Assert.Single((await host.GetAsync($"/api/profiles/{reference}/events")).GetProperty("events").EnumerateArray());
    }

    [Theory]
    [InlineData("/api/profiles/userId:nobody")]
    [InlineData("/api/profiles/nonsense")]
    [InlineData("/api/profiles/size:7")]
    [InlineData("/api/profiles/email:none")]
    [InlineData("/api/profiles/01890000-0000-7000-8000-000000000000")]
    [InlineData("/api/profiles/userId:nobody?at=2026-01-01T00:00:00Z")]
    [InlineData("/api/profiles/userId:nobody/events")]
    [InlineData("/api/profiles/userId:nobody/merges")]
    public async Task Nobody_is_404_with_the_body_of_the_contract(string path)
    {
        await using var host = await ApiHost.StartAsync();

        Assert.Equal("""{"error":"Not found"}""", (await host.GetAsync(path, HttpStatusCode.NotFound)).GetRawText());
    }

    [Fact]
    public async Task A_profile_is_found_after_it_was_missed()
    {
        await using var host = await ApiHost.StartAsync();
        await host.GetAsync("/api/profiles/userId:late", HttpStatusCode.NotFound);

        await host.IngestAsync("""{"userId":"late","event":"E"}""");

        await host.GetAsync("/api/profiles/userId:late");
    }

    [Fact]
    public async Task Every_read_shows_the_write_before_it()
    {
        await using var host = await ApiHost.StartAsync();
        for (var i = 1; i <= 20; i++)
        {
            await host.IngestAsync($$"""{"type":"identify","userId":"u","traits":{"step":{{i}} } }""");
            var profile = await host.GetAsync("/api/profiles/userId:u");
            Assert.Equal((i, i), (profile.GetProperty("eventCount").GetInt32(), profile.GetProperty("traits").GetProperty("step").GetInt32()));
        }
    }

    [Fact]
    public async Task A_profile_as_it_was_knows_nothing_later()
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestAsync("""{"type":"identify","userId":"u","traits":{"plan":"free"},"timestamp":"2026-01-01T00:00:00Z"}""");
        await host.IngestAsync("""{"type":"identify","userId":"u","traits":{"plan":"pro"},"timestamp":"2026-02-01T00:00:00Z"}""");

        var then = await host.GetAsync("/api/profiles/userId:u?at=2026-01-15T00:00:00Z");

        Assert.Equal(("free", 1), (then.GetProperty("traits").GetProperty("plan").GetString(), then.GetProperty("eventCount").GetInt32()));
        await host.GetAsync("/api/profiles/userId:u?at=2025-12-31", HttpStatusCode.NotFound);
        Assert.Equal("at", (await host.GetAsync("/api/profiles/userId:u?at=yesterday", HttpStatusCode.BadRequest)).GetProperty("field").GetString());
        Assert.Equal("at", (await host.GetAsync("/api/profiles/userId:u?at=", HttpStatusCode.BadRequest)).GetProperty("field").GetString());
    }

    [Fact]
    public async Task The_name_of_a_segment_in_a_profile_is_the_newest()
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestAsync("""{"type":"identify","userId":"u","traits":{"plan":"pro"}}""");
        var segment = await host.SegmentAsync("""{"name":"Old","filter":{"field":"traits.plan","operator":"eq","value":"pro"}}""");
        Assert.Equal("Old", Assert.Single((await host.GetAsync("/api/profiles/userId:u")).GetProperty("segments").EnumerateArray()).GetProperty("name").GetString());

        await host.PutAsync($"/api/segments/{segment}", """{"name":"New"}""");
        Assert.Equal("New", Assert.Single((await host.GetAsync("/api/profiles/userId:u")).GetProperty("segments").EnumerateArray()).GetProperty("name").GetString());

        await host.DeleteAsync($"/api/segments/{segment}");
        Assert.Empty((await host.GetAsync("/api/profiles/userId:u")).GetProperty("segments").EnumerateArray());
    }

    [Fact]
    public async Task A_head_request_has_the_length_and_no_body()
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestAsync("""{"userId":"u","event":"E"}""");

        using var head = await host.SendAsync(HttpMethod.Head, "/api/profiles/userId:u");

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.True(head.Content.Headers.ContentLength > 100);
    }

    [Fact]
    public async Task Rendered_profiles_stay_right_when_few_are_kept()
    {
        await using var host = await ApiHost.StartAsync(("Cdp:Profiles:Reading:RenderedBytesMax", "4000"));
        for (var i = 0; i < 20; i++) await host.IngestAsync($$"""{"userId":"u{{i}}","event":"E"}""");

        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 20; i++) Assert.Equal($"u{i}", (await host.GetAsync($"/api/profiles/userId:u{i}")).GetProperty("userId").GetString());
        }
    }
}
