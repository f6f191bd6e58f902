using System.Net;
using System.Text.Json;

namespace CdpPipeline.Api.Tests.Auth;

public sealed class SourcesApiTests
{
    private const string Track = """{"userId":"u","event":"E"}""";

    [Fact]
    public async Task A_key_is_replaced_without_a_gap_and_is_never_shown_again()
    {
        await using var host = await ApiHost.StartAsync();
        var made = await host.PostAsync("/api/sources", """{"name":"shop"}""", HttpStatusCode.Created);
        var (id, old) = (Text(made, "id"), Text(made, "writeKey"));

        var added = await host.PostAsync($"/api/sources/{id}/keys", """{"label":"new site"}""", HttpStatusCode.Created);
        var key = Text(added, "writeKey");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await TrackAsync(host, old), await TrackAsync(host, key)));
        await host.DeleteAsync($"/api/sources/{id}/keys/first");
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (await TrackAsync(host, old), await TrackAsync(host, key)));

        var source = await host.GetAsync($"/api/sources/{id}");
        var listed = Assert.Single(source.GetProperty("keys").EnumerateArray());
        Assert.Equal((Text(added, "id"), "new site"), (Text(listed, "id"), Text(listed, "label")));
        Assert.True(listed.GetProperty("createdAt").GetDateTimeOffset() > TimeProvider.System.GetUtcNow().AddHours(-1));
        foreach (var text in new[] { source.GetRawText(), (await host.GetAsync("/api/sources")).GetRawText() }) Assert.DoesNotContain("wk_", text, StringComparison.Ordinal);
        await host.DeleteAsync($"/api/sources/{id}/keys/first", HttpStatusCode.NotFound);
        await host.DeleteAsync($"/api/sources/{id}/keys/{Text(added, "id")}");
        Assert.Equal(HttpStatusCode.Unauthorized, await TrackAsync(host, key));
        await host.PostAsync($"/api/sources/{id}/keys", "", HttpStatusCode.Created);
        await host.PostAsync("/api/sources/none/keys", "{}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_source_has_only_so_many_keys()
    {
        await using var host = await ApiHost.StartAsync();
        for (var i = 0; i < 19; i++) await host.PostAsync("/api/sources/default/keys", "{}", HttpStatusCode.Created);

        Assert.Equal("urn:cdp:error:too-many-keys", Text(await host.PostAsync("/api/sources/default/keys", "{}", HttpStatusCode.Conflict), "type"));
    }

    [Fact]
    public async Task What_a_change_does_not_name_stays_and_a_null_takes_the_bound_away()
    {
        await using var host = await ApiHost.StartAsync();
        const string All = """{"name":"shop","allowedOrigins":["https://shop.example"],"allowedEvents":["B","A"],"rateLimit":{"eventsPerSecond":5},"retention":{"days":3650}}""";
        var id = Text(await host.PostAsync("/api/sources", All, HttpStatusCode.Created), "id");

        var renamed = await host.PutAsync($"/api/sources/{id}", """{"name":"the shop"}""");
        var freed = await host.PutAsync($"/api/sources/{id}", """{"allowedOrigins":[],"allowedEvents":null,"rateLimit":null,"retention":null}""");

        Assert.Equal("""["https://shop.example"]""", renamed.GetProperty("allowedOrigins").GetRawText());
        Assert.Equal("""["A","B"]""", renamed.GetProperty("allowedEvents").GetRawText());
        Assert.Equal("""{"eventsPerSecond":5,"burst":5}""", renamed.GetProperty("rateLimit").GetRawText());
        Assert.Equal("""{"days":3650}""", renamed.GetProperty("retention").GetRawText());
        Assert.Equal(("the shop", "[]", "[]", "null", "null"), (Text(freed, "name"), Raw("allowedOrigins"), Raw("allowedEvents"), Raw("rateLimit"), Raw("retention")));
        await host.PutAsync("/api/sources/none", "{}", HttpStatusCode.NotFound);

        string Raw(string name) => freed.GetProperty(name).GetRawText();
    }

    [Fact]
    public async Task The_first_source_can_be_bounded_too_although_the_configuration_fixes_its_key_and_stays_so_over_a_restart()
    {
        var directory = Directory.CreateTempSubdirectory("cdp-sources-").FullName;
        try
        {
            (string, string)[] settings = [("Cdp:WriteKey", ApiHost.WriteKey), ("Cdp:ApiKey", ApiHost.AdminKey)];
            await using (var host = await ApiHost.StartInAsync(directory, settings))
            {
                await host.DeleteAsync("/api/sources/default/keys/first", HttpStatusCode.Conflict);
                await host.PutAsync("/api/sources/default", """{"name":"site","allowedEvents":["Other"]}""");
                Assert.Equal(HttpStatusCode.BadRequest, await TrackAsync(host, ApiHost.WriteKey));
            }

            await using (var host = await ApiHost.StartInAsync(directory, [("Cdp:WriteKey", "wk_changed"), settings[1]]))
            {
                Assert.Equal("site", Text(await host.GetAsync("/api/sources/default"), "name"));
                Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.BadRequest), (await TrackAsync(host, ApiHost.WriteKey), await TrackAsync(host, "wk_changed")));
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task Each_source_is_counted_by_itself()
    {
        await using var host = await ApiHost.StartAsync();
        var made = await host.PostAsync("/api/sources", """{"name":"shop","allowedEvents":["E"],"rateLimit":{"eventsPerSecond":1,"burst":4}}""", HttpStatusCode.Created);
        var key = Text(made, "writeKey");
        const string Batch = """
            {"batch":[
                {"type":"track","userId":"u","event":"E","messageId":"m"},
                {"type":"track","userId":"u","event":"E","messageId":"m"},
                {"type":"track","userId":"u","event":"Other"},
                {"type":"track","userId":"u","event":"E"},
                {"type":"page"}]}
            """;
        using var taken = await host.SendAsync(HttpMethod.Post, "/v1/batch", Batch, key);
        using var limited = await host.SendAsync(HttpMethod.Post, "/v1/batch", Batch, key);
        using var other = await host.SendAsync(HttpMethod.Post, "/v1/track", Track, ApiHost.WriteKey);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.TooManyRequests), (taken.StatusCode, limited.StatusCode));
        var counters = (await host.GetAsync($"/api/sources/{Text(made, "id")}")).GetProperty("counters");
        Assert.Equal((2, 1, 2, 1), (Count("accepted"), Count("duplicates"), Count("rejected"), Count("limited")));
        Assert.True(counters.GetProperty("since").GetDateTimeOffset() <= TimeProvider.System.GetUtcNow());
        Assert.Equal(1, (await host.GetAsync("/api/sources/default")).GetProperty("counters").GetProperty("accepted").GetInt32());
        await host.GetAsync("/api/sources/none", HttpStatusCode.NotFound);

        int Count(string name) => counters.GetProperty(name).GetInt32();
    }

    [Theory]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{"name":null}""", "name")]
    [InlineData("""{"allowedOrigins":["nonsense"]}""", "allowedOrigins")]
    [InlineData("""{"allowedOrigins":["https://a.example/path"]}""", "allowedOrigins")]
    [InlineData("""{"allowedOrigins":"https://a.example"}""", "allowedOrigins")]
    [InlineData("""{"allowedEvents":[""]}""", "allowedEvents")]
    [InlineData("""{"allowedEvents":[7]}""", "allowedEvents")]
    [InlineData("""{"allowedEvents":{}}""", "allowedEvents")]
    [InlineData("""{"rateLimit":5}""", "rateLimit")]
    [InlineData("""{"rateLimit":{}}""", "rateLimit")]
    [InlineData("""{"rateLimit":{"eventsPerSecond":0}}""", "rateLimit")]
    [InlineData("""{"rateLimit":{"eventsPerSecond":1.5}}""", "rateLimit")]
    [InlineData("""{"rateLimit":{"eventsPerSecond":5,"burst":0}}""", "rateLimit")]
    [InlineData("""{"rateLimit":{"eventsPerSecond":99999999}}""", "rateLimit")]
    [InlineData("""{"retention":30}""", "retention")]
    [InlineData("""{"retention":{}}""", "retention")]
    [InlineData("""{"retention":{"days":null}}""", "retention")]
    [InlineData("""{"retention":{"days":"30"}}""", "retention")]
    [InlineData("""{"retention":{"days":0}}""", "retention")]
    [InlineData("""{"retention":{"days":-1}}""", "retention")]
    [InlineData("""{"retention":{"days":1.5}}""", "retention")]
    [InlineData("""{"retention":{"days":3651}}""", "retention")]
    [InlineData("""{"retention":[30]}""", "retention")]
    [InlineData("[]", "body")]
    public async Task A_bad_change_names_the_field_and_changes_nothing(string body, string field)
    {
        await using var host = await ApiHost.StartAsync();
        var before = (await host.GetAsync("/api/sources")).GetRawText();

        Assert.Equal(field, Text(await host.PutAsync("/api/sources/default", body, HttpStatusCode.BadRequest), "field"));

        Assert.Equal(before, (await host.GetAsync("/api/sources")).GetRawText());
        Assert.Equal("label", Text(await host.PostAsync("/api/sources/default/keys", """{"label":7}""", HttpStatusCode.BadRequest), "field"));
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static async Task<HttpStatusCode> TrackAsync(ApiHost host, string key)
    {
        using var response = await host.SendAsync(HttpMethod.Post, "/v1/track", Track, key);
        return response.StatusCode;
    }
}
