using System.Net;
using System.Text;
using System.Text.Json;

namespace CdpPipeline.Api.Tests.Auth;

public sealed class ApiAuthTests
{
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
    [InlineData("/nowhere")]
    [InlineData("/apis/profiles")]
    [InlineData("/beacon/v1")]
    [InlineData("/analytics.js/v1")]
    public async Task An_unknown_path_is_404_with_or_without_a_key(string path)
    {
        await using var host = await ApiHost.StartAsync();

        Assert.Equal(404, (await host.GetAsync(path, HttpStatusCode.NotFound)).GetProperty("status").GetInt32());
        using var response = await host.SendAsync(HttpMethod.Post, path, key: null);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("urn:cdp:error:not-found", JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("DELETE", "/api/profiles", "GET, HEAD")]
    [InlineData("POST", "/api/profiles/userId:a", "GET, HEAD, DELETE")]
    [InlineData("GET", "/api/segments/preview", "POST")]
    [InlineData("PATCH", "/api/segments", "GET, HEAD, POST")]
    [InlineData("PUT", "/api/keys", "GET, HEAD, POST")]
    [InlineData("POST", "/cdp.js", "GET, HEAD")]
    [InlineData("POST", "/healthz", "GET, HEAD")]
    public async Task A_wrong_method_is_405_in_JSON_and_the_right_ones_are_named(string method, string path, string allowed)
    {
        await using var host = await ApiHost.StartAsync();

        using var response = await host.SendAsync(new HttpMethod(method), path, key: null);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(allowed, string.Join(", ", response.Content.Headers.Allow));
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
