using System.Net;
using System.Text;
using System.Text.Json;

namespace CdpPipeline.Api.Tests.Auth;

public sealed class ApiAuthTests
{
    private static readonly Guid Nobody = Guid.Parse("01890000-0000-7000-8000-000000000000");

    // Method, path, body, and whether a read key is enough.
    private static readonly (string Method, string Path, string? Body, bool IsReading)[] Routes =
    [
        ("GET", "/api/profiles", null, true),
        ("GET", "/api/profiles/userId:nobody", null, true),
        ("GET", "/api/profiles/userId:nobody?at=2026-01-01", null, true),
        ("GET", "/api/profiles/userId:nobody/events", null, true),
        ("GET", "/api/profiles/userId:nobody/merges", null, true),
        ("POST", "/api/profiles/userId:nobody/merges", """{"other":"userId:no one"}""", false),
        ("POST", $"/api/profiles/userId:nobody/merges/{Nobody}/undo", null, false),
        ("DELETE", "/api/profiles/userId:nobody", null, false),
        ("GET", "/api/profiles/userId:nobody/export", null, true),
        ("GET", $"/api/erasures/{Nobody}", null, false),
        ("GET", "/api/suppressions/userId:nobody", null, false),
        ("DELETE", "/api/suppressions/userId:nobody", null, false),
        ("GET", "/api/segments", null, true),
        ("POST", "/api/segments", """{"name":"x","filter":{"and":[]}}""", false),
        ("POST", "/api/segments/preview", """{"filter":{"and":[]}}""", true),
        ("GET", $"/api/segments/{Nobody}", null, true),
        ("PUT", $"/api/segments/{Nobody}", "{}", false),
        ("DELETE", $"/api/segments/{Nobody}", null, false),
        ("GET", $"/api/segments/{Nobody}/preview", null, true),
        ("GET", $"/api/segments/{Nobody}/members", null, true),
        ("GET", $"/api/segments/{Nobody}/audit", null, true),
        ("GET", "/api/sources", null, false),
        ("POST", "/api/sources", """{"name":"shop"}""", false),
        ("DELETE", "/api/sources/none", null, false),
        ("GET", "/api/keys", null, false),
        ("POST", "/api/keys", """{"name":"a","role":"read"}""", false),
        ("DELETE", "/api/keys/none", null, false),
    ];

    [Fact]
    public async Task Every_route_asks_for_the_right_key()
    {
        await using var host = await ApiHost.StartAsync();
        var read = (await host.PostAsync("/api/keys", """{"name":"reader","role":"read"}""", HttpStatusCode.Created)).GetProperty("key").GetString();
        foreach (var (method, path, body, isReading) in Routes)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(null));
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("ak_wrong"));
            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(ApiHost.WriteKey));
            Assert.True(isReading == (await StatusAsync(read) != HttpStatusCode.Forbidden), $"{method} {path} with a read key");
            var status = await StatusAsync(ApiHost.AdminKey);
            Assert.True((int)status is 200 or 201 or 204 or 404, $"{method} {path} with the admin key: {status}");

            async Task<HttpStatusCode> StatusAsync(string? key)
            {
                using var response = await host.SendAsync(new HttpMethod(method), path, body, key);
                return response.StatusCode;
            }
        }
    }

    [Fact]
    public async Task The_live_counts_ask_for_a_key()
    {
        await using var host = await ApiHost.StartAsync();

        using var none = await host.SendAsync(HttpMethod.Get, "/api/segments/live", key: null);
        using var write = await host.SendAsync(HttpMethod.Get, "/api/segments/live", key: ApiHost.WriteKey);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden), (none.StatusCode, write.StatusCode));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Basic ")]
    [InlineData("Basic !!!")]
    [InlineData("Digest ak_test")]
    [InlineData("ak_test")]
    [InlineData("Bearer ak_test2")]
    [InlineData("Bearer ak_tes")]
    public async Task A_header_that_names_no_key_is_401(string authorization)
    {
        await using var host = await ApiHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/profiles");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);

        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task The_admin_key_works_as_the_user_name_of_Basic_too()
    {
        await using var host = await ApiHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/profiles");
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(ApiHost.AdminKey + ":")));

        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("/api/nothing")]
    [InlineData("/api")]
    [InlineData("/api/profiles/userId:a/nothing")]
    public async Task An_unknown_path_is_404_with_or_without_a_key(string path)
    {
        await using var host = await ApiHost.StartAsync();

        Assert.Equal(404, (await host.GetAsync(path, HttpStatusCode.NotFound)).GetProperty("status").GetInt32());
        using var response = await host.SendAsync(HttpMethod.Post, path, key: null);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("DELETE", "/api/profiles")]
    [InlineData("POST", "/api/profiles/userId:a")]
    [InlineData("GET", "/api/segments/preview")]
    [InlineData("PATCH", "/api/segments")]
    [InlineData("PUT", "/api/keys")]
    [InlineData("POST", "/cdp.js")]
    [InlineData("POST", "/healthz")]
    public async Task A_wrong_method_is_405_with_a_body_that_names_the_right_ones(string method, string path)
    {
        await using var host = await ApiHost.StartAsync();

        using var response = await host.SendAsync(new HttpMethod(method), path, key: null);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.NotEmpty(response.Content.Headers.Allow);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(405, body.RootElement.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task A_key_works_from_its_making_until_its_removal_and_no_longer()
    {
        await using var host = await ApiHost.StartAsync();
        var made = await host.PostAsync("/api/keys", """{"name":"second","role":"admin"}""", HttpStatusCode.Created);
        var key = made.GetProperty("key").GetString();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync());
        Assert.DoesNotContain(key!, (await host.GetAsync("/api/keys")).GetRawText(), StringComparison.Ordinal);
        await host.DeleteAsync($"/api/keys/{made.GetProperty("id").GetString()}");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync());

        async Task<HttpStatusCode> StatusAsync()
        {
            using var response = await host.SendAsync(HttpMethod.Get, "/api/keys", key: key);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task A_source_takes_events_from_its_making_until_its_removal()
    {
        await using var host = await ApiHost.StartAsync();
        var made = await host.PostAsync("/api/sources", """{"name":"shop","allowedOrigins":["https://shop.example"]}""", HttpStatusCode.Created);
        var (id, key) = (made.GetProperty("id").GetString(), made.GetProperty("writeKey").GetString());

        Assert.Equal(HttpStatusCode.OK, await StatusAsync());
        Assert.Contains((await host.GetAsync("/api/sources")).GetProperty("sources").EnumerateArray(), source => source.GetProperty("id").GetString() == id);
        await host.DeleteAsync($"/api/sources/{id}");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync());
        await host.DeleteAsync($"/api/sources/{id}", HttpStatusCode.NotFound);

        async Task<HttpStatusCode> StatusAsync()
        {
            using var response = await host.SendAsync(HttpMethod.Post, "/v1/track", """{"userId":"u","event":"E"}""", key);
            return response.StatusCode;
        }
    }

    [Theory]
    [InlineData("/api/keys", "{}", "name")]
    [InlineData("/api/keys", """{"name":"x"}""", "role")]
    [InlineData("/api/keys", """{"name":"x","role":"root"}""", "role")]
    [InlineData("/api/keys", """{"name":7,"role":"read"}""", "name")]
    [InlineData("/api/keys", "[]", "body")]
    [InlineData("/api/sources", """{"name":" "}""", "name")]
    [InlineData("/api/sources", """{"name":"a\u0000b"}""", "body")]
    public async Task Bad_input_names_the_field(string path, string body, string field)
    {
        await using var host = await ApiHost.StartAsync();

        Assert.Equal(field, (await host.PostAsync(path, body, HttpStatusCode.BadRequest)).GetProperty("field").GetString());
    }

    [Fact]
    public async Task What_the_configuration_fixes_cannot_be_removed()
    {
        await using var host = await ApiHost.StartAsync();

        await host.DeleteAsync("/api/keys/admin", HttpStatusCode.Conflict);
        await host.DeleteAsync("/api/sources/default", HttpStatusCode.Conflict);
    }
}
